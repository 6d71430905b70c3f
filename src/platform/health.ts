import type { Connection } from 'mongoose';
import type { Hearing } from './probe.js';
import { withDeadline, type Lifecycle } from './lifecycle.js';
import type { RedisClient } from './redis.js';

export interface Readiness {
  ready: boolean;
  draining: boolean;
  mongodb: 'up' | 'down';
  /** Without Redis, or with a replica that cannot be written to, a node is degraded but ready: the log goes on. */
  redis: 'up' | 'down' | 'readOnly';
}

/** Asks the dependencies, each within a time limit, so that the probe itself never hangs. */
export function readiness(deps: {
  mongo: Connection;
  redis: RedisClient;
  /** Whether the server behind the connections has become a replica. */
  primary: { readonly readOnly: boolean };
  hearing?: Hearing;
  lifecycle: Lifecycle;
}): () => Promise<Readiness> {
  return async () => {
    const [mongodb, redis] = await Promise.all([
      answers(async () => deps.mongo.db?.command({ ping: 1 })),
      answers(() => deps.redis.ping()),
    ]);
    const { draining } = deps.lifecycle;
    return {
      ready: mongodb === 'up' && !draining,
      draining,
      mongodb,
      redis: deps.primary.readOnly ? 'readOnly' : deps.hearing?.deaf ? 'down' : redis,
    };
  };
}

const answers = (ask: () => Promise<unknown>): Promise<'up' | 'down'> =>
  withDeadline(ask(), 2_500).then(
    () => 'up',
    () => 'down',
  );
