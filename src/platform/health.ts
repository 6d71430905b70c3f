import type { Lifecycle } from './lifecycle.js';
import { withDeadline } from './lifecycle.js';

export interface Readiness {
  ready: boolean;
  /** It waits for a server that it has not reached yet, or prepares what it serves. */
  starting: boolean;
  draining: boolean;
  mongodb: 'up' | 'down';
  /** Without Redis, or with a replica that cannot be written to, a node is degraded but ready: the log goes on. */
  redis: RedisState;
  /** The Redis of the queues. */
  queues: 'up' | 'down';
}

type RedisState = 'up' | 'down' | 'readOnly';
type Server = 'mongodb' | 'redis' | 'queues';

/** How often each server is asked (ms). */
const askEachMs = 1_000;
/** It counts as down without an answer within this time (ms). */
const answerMs = 2_500;
/**
 * Without MongoDB a node stays ready for so long (ms): a database that is slow for a moment, or elects another primary,
 * is away for all nodes at once, and a proxy that drops them all answers for none of them.
 */
export const reachedWithinMs = 30_000;

/**
 * What a process knows of itself and its servers. The servers are asked in the background, so that a probe is answered
 * from memory at once.
 */
export class Health {
  /** Whether something in it hangs, so that it must be started anew. */
  stuck: () => boolean = () => false;
  /** What is known of Redis beside its answers; undefined: nothing. */
  redisIs: () => RedisState | undefined = () => undefined;
  private readonly servers: Record<Server, 'up' | 'down'> = {
    mongodb: 'down',
    redis: 'down',
    queues: 'down',
  };
  private mongoReachedAt = -Infinity;

  constructor(private readonly lifecycle: Lifecycle) {}

  /** Asks a server from now on, again and again. `ask` rejects when there is no answer. */
  watch(server: Server, ask: () => Promise<unknown>): void {
    const look = async (): Promise<void> => {
      const asked = performance.now();
      const state = await withDeadline(ask(), answerMs).then(
        () => 'up' as const,
        () => 'down' as const,
      );
      this.servers[server] = state;
      if (server === 'mongodb' && state === 'up') this.mongoReachedAt = asked;
      if (this.lifecycle.phase !== 'leaving') setTimeout(() => void look(), askEachMs).unref();
    };
    void look();
  }

  /** As of the last answers. */
  readiness(): Readiness {
    const { phase, isEnding } = this.lifecycle;
    const reached = performance.now() - this.mongoReachedAt < reachedWithinMs;
    return {
      ready: phase === 'serving' && reached,
      starting: phase === 'starting',
      draining: isEnding,
      ...this.servers,
      redis: this.redisIs() ?? this.servers.redis,
    };
  }
}
