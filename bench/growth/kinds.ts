import { migrateDatabase } from '../../src/migrations/migrate.js';
import type { Pair } from '../load/orders.js';
import { meet } from '../peers/haggle/peer.js';
import { startHaggle, thisBuild } from '../peers/haggle/nodes.js';
import type { Ground } from '../peers/peer.js';
import { plainPairs } from '../peers/plain-pairs.js';
import { storeEntries } from './stored.js';

/** Nodes that carry messages, and how to start one more that has no clients. */
export interface Grown {
  pairs: Pair[];
  parts: Record<string, number[]>;
  startSilent: () => Promise<unknown>;
}

/** Something that runs on any number of nodes. */
export interface Kind {
  name: string;
  receipts: boolean;
  /** It runs on a Redis Cluster. */
  onCluster: boolean;
  /** It stores messages, and has workers. */
  stores: boolean;
  start: (ground: Ground, size: Size, pairs: number) => Promise<Grown>;
}

/** How much there is of everything. */
export interface Size {
  gateways: number;
  /** Workers with the relay's role, of which one acts. */
  workers: number;
  /** Messages that were stored before. */
  stored: number;
}

const haggleOn = (name: string, onCluster: boolean): Kind => ({
  name,
  receipts: true,
  onCluster,
  stores: true,
  async start(ground, { gateways, workers, stored }, count) {
    await migrateDatabase(ground.mongoUri);
    await storeEntries(ground.mongoUri, stored);
    const { ports, pem, parts } = await startHaggle(thisBuild, ground, {
      gateways,
      relay: true,
      workers,
    });
    const env = {
      MONGODB_URI: ground.mongoUri,
      REDIS_URL: ground.redisUrl,
      REDIS_PREFIX: ground.name,
      NODE_ID: 'silent',
      LOG_LEVEL: 'warn',
      PORT: '0',
    };
    return {
      pairs: await meet(ground.mongoUri, pem, ports, count),
      parts,
      startSilent: () => ground.processes.start('silent', 'dist/src/main.js', { env }),
    };
  },
});

const bareWith = (adapter: 'sharded' | 'classic'): Kind => ({
  name: `bare, ${adapter} adapter`,
  receipts: false,
  onCluster: false,
  stores: false,
  async start({ mongoUri, redisUrl, name, processes }, { gateways }, count) {
    const secret = `secret of ${name}`;
    const env = {
      MONGODB_URI: mongoUri,
      REDIS_URL: redisUrl,
      PREFIX: name,
      SECRET: secret,
      ADAPTER: adapter,
    };
    const entry = 'dist/bench/peers/bare/server.js';
    const nodes = await Promise.all(
      Array.from({ length: gateways }, (_, index) =>
        processes.start(`bare-${index}`, entry, { env }),
      ),
    );
    const ports = nodes.map(({ ready }) => ready.port!);
    return {
      pairs: await plainPairs(mongoUri, secret, ports, count),
      parts: { gateways: nodes.map(({ pid }) => pid) },
      startSilent: () => processes.start('silent', entry, { env }),
    };
  },
});

export const kinds: Kind[] = [
  haggleOn('Haggle', false),
  haggleOn('Haggle, Redis Cluster', true),
  bareWith('sharded'),
  bareWith('classic'),
];
