import type { Ground, Peer } from '../peer.js';
import { plainPairs } from '../plain-pairs.js';

export const bare: Peer = {
  name: 'bare',
  receipts: false,
  async start(ground, count) {
    const { ports, secret, parts } = await startBare(ground);
    return { pairs: await plainPairs(ground.mongoUri, secret, ports, count), parts };
  },
};

/** Starts the two nodes; `secret` signs the tokens of their people. */
export async function startBare({ mongoUri, redisUrl, name, processes }: Ground) {
  const secret = `secret of ${name}`;
  const env = { MONGODB_URI: mongoUri, REDIS_URL: redisUrl, PREFIX: name, SECRET: secret };
  const nodes = await Promise.all(
    [1, 2].map((index) =>
      processes.start(`bare-${index}`, 'dist/bench/peers/bare/server.js', { env }),
    ),
  );
  return {
    ports: nodes.map((node) => node.ready.port!) as [number, number],
    secret,
    parts: { gateways: nodes.map((node) => node.pid) },
  };
}
