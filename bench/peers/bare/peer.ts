import type { Peer } from '../peer.js';
import { plainPairs } from '../plain-pairs.js';

export const bare: Peer = {
  name: 'bare',
  receipts: false,
  async start({ mongoUri, redisUrl, name, processes }, count) {
    const secret = `secret of ${name}`;
    const env = { MONGODB_URI: mongoUri, REDIS_URL: redisUrl, PREFIX: name, SECRET: secret };
    const nodes = await Promise.all(
      [1, 2].map((index) =>
        processes.start(`bare-${index}`, 'dist/bench/peers/bare/server.js', { env }),
      ),
    );
    const ports = nodes.map((node) => node.ready.port!) as [number, number];
    return {
      pairs: await plainPairs(mongoUri, secret, ports, count),
      parts: { gateways: nodes.map((node) => node.pid) },
    };
  },
};
