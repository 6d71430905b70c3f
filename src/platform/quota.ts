import type { Redis } from 'ioredis';
import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { Refusal } from '../contract/index.js';

/** Takes one from the quota of `key`; throws RATE_LIMITED with the wait when nothing is left. */
export type Quota = (key: string) => Promise<void>;

/** Counts tries by a key over all nodes, locally while Redis is away. Throws RATE_LIMITED. */
export function sharedQuota(options: {
  redis: Redis;
  prefix: string;
  name: string;
  limit: number;
  windowSeconds: number;
}): Quota {
  const bounds = { points: options.limit, duration: options.windowSeconds };
  const limiter = new RateLimiterRedis({
    storeClient: options.redis,
    keyPrefix: `${options.prefix}:limit:${options.name}`,
    insuranceLimiter: new RateLimiterMemory(bounds),
    ...bounds,
  });
  return (key) => consume(limiter, key);
}

/** Window in which a burst may be used again. */
const burstWindowSeconds = 30;

/**
 * A steady rate with a burst on top, counted in this process: the hot path pays no trip to Redis for it. A person's
 * sockets mostly sit on one node; counting over all nodes is worth its trip only where the abuse is.
 */
export function localQuota(perSecond: number, burst: number): Quota {
  const limiter = new BurstyRateLimiter(
    new RateLimiterMemory({ points: perSecond, duration: 1 }),
    new RateLimiterMemory({
      keyPrefix: 'burst',
      points: Math.max(0, burst - perSecond),
      duration: burstWindowSeconds,
    }),
  );
  return (key) => consume(limiter, key);
}

async function consume(
  limiter: { consume(key: string): Promise<unknown> },
  key: string,
): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (error instanceof RateLimiterRes)
      throw new Refusal('RATE_LIMITED', undefined, { retryAfterMs: error.msBeforeNext });
    throw error;
  }
}
