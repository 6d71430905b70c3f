import { generateKeyPairSync } from 'node:crypto';
import { profiled } from '../../measure/processes.js';
import { projectRoot } from '../../../scripts/project-root.js';
import type { Ground } from '../peer.js';
import { migrateDatabase } from '../../../src/migrations/migrate.js';

/** A checkout of this repository with its build. */
export interface Build {
  /** As the tables call it. */
  name: string;
  root: string;
}

export const thisBuild: Build = { name: 'Haggle', root: projectRoot };

export interface Nodes {
  /** A port for each gateway. */
  ports: number[];
  /** The key that signs the tokens of the people. */
  pem: string;
  /** Process ids by part. */
  parts: Record<string, number[]>;
}

/** A rate above what a sender here reaches, but low enough that every message is still counted as in the product. */
const lifted = '900';

/**
 * Starts gateways of a build and, when wanted, workers with the relay's role. All settings but the rates per person
 * are the defaults.
 */
export async function startHaggle(
  { root }: Build,
  { mongoUri, redisUrl, name, processes }: Ground,
  options: {
    gateways: number;
    relay: boolean;
    /** Settings on top of those. */
    env?: Record<string, string>;
    /** What the worker does, when it is wanted. */
    roles?: string;
    /** How many workers; left out: one. */
    workers?: number;
  },
): Promise<Nodes> {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const env = {
    MONGODB_URI: mongoUri,
    REDIS_URL: redisUrl,
    REDIS_PREFIX: name,
    JWT_KEYS: pem,
    LOG_LEVEL: 'warn',
    LIMIT_MESSAGES_PER_SECOND: lifted,
    LIMIT_MESSAGE_BURST: lifted,
    ...options.env,
  };
  await migrateDatabase(mongoUri);
  const gateways = await Promise.all(
    Array.from({ length: options.gateways }, (_, index) =>
      processes.start(`haggle-${index + 1}`, 'dist/src/main.js', {
        env: { ...env, PORT: '0', NODE_ID: `node-${index + 1}` },
        execArgv: profiled,
        root,
      }),
    ),
  );
  const parts: Nodes['parts'] = { gateways: gateways.map(({ pid }) => pid) };
  if (options.relay) {
    const workers = await Promise.all(
      Array.from({ length: options.workers ?? 1 }, (_, index) =>
        processes.start(`haggle-relay-${index + 1}`, 'dist/workers/main.js', {
          env: { ...env, NODE_ID: `worker-${index + 1}` },
          args: [`--role=${options.roles ?? 'relay'}`],
          execArgv: profiled,
          root,
        }),
      ),
    );
    parts['relay'] = workers.map(({ pid }) => pid);
  }
  return { ports: gateways.map(({ ready }) => ready.port!), pem, parts };
}
