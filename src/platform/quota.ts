import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { Refusal } from '../contract/index.js';
import { Batcher } from './batcher.js';
import { Allowance, type Pace } from './budget.js';
import { lru } from './lru.js';
import type { Hearing } from './probe.js';
import type { RedisClient } from './redis.js';

/** Takes one from the quota of `key`; throws RATE_LIMITED with the wait when nothing is left. */
export type Quota = (key: string) => Promise<void>;

/** A number of something within a time. */
interface Window {
  limit: number;
  seconds: number;
}

export type Quotas = ReturnType<typeof createQuotas>;

/**
 * Limits that all nodes count together, each under a name of its own; each node counts alone while Redis is away. They
 * throw RATE_LIMITED. Without `hearing` Redis is always asked.
 */
export function createQuotas(deps: { redis: RedisClient; prefix: string; hearing?: Hearing }) {
  const counter = (name: string, { limit, seconds }: Window) => {
    const bounds = { points: limit, duration: seconds };
    return new RateLimiterRedis({
      storeClient: deps.redis,
      keyPrefix: `${deps.prefix}:limit:${name}`,
      insuranceLimiter: new RateLimiterMemory(bounds),
      ...bounds,
    });
  };
  return {
    /** The count behind a window, for who says how much is left of it. */
    counter,
    /** Counts tries by a key. */
    window(name: string, window: Window): Quota {
      const limiter = counter(name, window);
      return (key) => consume(limiter, key);
    },
    /** Counts only failures: a person who succeeds may come as often as they like. */
    failures: (name: string, window: Window) => failureQuota(counter(name, window), window.limit),
    rate: (name: string, pace: Pace) => keepRate({ ...deps, ...pace, name }),
  };
}

function failureQuota(limiter: RateLimiterRedis, limit: number) {
  return {
    /** Throws RATE_LIMITED after too many failures under this key. */
    async mustBeOpen(key: string): Promise<void> {
      const known = await limiter.get(key);
      if (known && known.consumedPoints >= limit)
        throw new Refusal('RATE_LIMITED', undefined, { retryAfterMs: known.msBeforeNext });
    },
    async failed(key: string): Promise<void> {
      await limiter.penalty(key);
    },
  };
}

async function consume(limiter: RateLimiterRedis, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (error instanceof RateLimiterRes)
      throw new Refusal('RATE_LIMITED', undefined, { retryAfterMs: error.msBeforeNext });
    throw error;
  }
}

/** A rate as high as this is a lifted limit: no trip to Redis is made to enforce it. */
const liftedFrom = 1_000;
/** After a failure Redis is not asked for this long, so that not every message waits for it. */
const pauseMs = 1_000;
/** People whose rate one node remembers; a person who is dropped starts again with a full burst. */
const peopleAtOnce = 50_000;

/** A node counts for somebody who is connected to it alone, and tells Redis after this long what it has counted. */
const owedMs = 1_000;
/** For as long as it has heard from Redis in the last: otherwise the next message asks there. */
const heardMs = 5_000;

/**
 * The rule of {@link Allowance}, run in Redis and by its clock, in one trip. ARGV: ms that the messages cost, ms that a
 * burst is long, and 1 if the messages have passed already. The answer is the wait in ms, or, when they may pass, how far
 * ahead of the clock it is paid for, as a negative number.
 */
const takeScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local paid = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + tonumber(ARGV[1])
local ahead = paid - now
local wait = ahead - tonumber(ARGV[2])
if wait > 0 and ARGV[3] ~= '1' then return math.ceil(wait) end
redis.call('SET', KEYS[1], string.format('%.3f', paid), 'PX', math.ceil(ahead))
return -math.ceil(ahead)`;

type TakingRedis = RedisClient & {
  takeFromRate(key: string, costMs: number, burstMs: number, passed: 0 | 1): Promise<number>;
};

/** What a node knows of a key: its own count, and when it last heard from Redis what all have counted. */
interface Known {
  allowance: Allowance;
  heardAt: number;
}

/**
 * A steady rate for each key, with a burst after a quiet while. Each message costs `1 / perSecond` of time, and a person
 * may be `burst` messages ahead of the clock. All nodes count together, by one trip to Redis. For somebody who is
 * connected to this node alone it counts here, and tells Redis once a second: what they send through other nodes at the
 * same time, which are REST calls, is heard of within that second. A deaf node counts alone.
 */
export type Rate = ReturnType<typeof keepRate>;

function keepRate(
  options: { redis: RedisClient; prefix: string; hearing?: Hearing; name: string } & Pace,
) {
  const { redis, hearing, burst } = options;
  const costMs = 1_000 / options.perSecond;
  const burstMs = costMs * burst;
  const people = lru<Known>(peopleAtOnce);
  const knownOf = (key: string): Known => {
    const known = people.get(key) ?? { allowance: new Allowance(), heardAt: -Infinity };
    people.set(key, known);
    return known;
  };
  const takeLocally = (key: string): void => knownOf(key).allowance.take(1, options);
  /** Takes in Redis; 0, or the wait in ms. */
  const ask = async (key: string, messages: number, passed: 0 | 1): Promise<number> => {
    const taking = redis as TakingRedis;
    const wait = await taking.takeFromRate(fullKey(key), messages * costMs, burstMs, passed);
    if (wait > 0) return wait;
    const known = knownOf(key);
    known.allowance.isAhead(-wait);
    known.heardAt = performance.now();
    return 0;
  };
  /** Messages that this node has counted and Redis has not. */
  const owed = new Batcher<{ key: string; messages: number }>({
    windowMs: owedMs,
    waitingMax: peopleAtOnce,
    keyOf: ({ key }) => key,
    merge: (one, other) => ({ ...one, messages: one.messages + other.messages }),
    write: async (all) => {
      await Promise.all(all.map(({ key, messages }) => ask(key, messages, 1)));
    },
    lost: () => (localUntil = performance.now() + pauseMs),
  });
  redis.defineCommand('takeFromRate', { numberOfKeys: 1, lua: takeScript });
  let localUntil = 0;
  const alone = () =>
    options.perSecond >= liftedFrom || hearing?.deaf || performance.now() < localUntil;
  const fullKey = (key: string) => `${options.prefix}:rate:${options.name}:{${key}}`;
  const takeInRedis = async (key: string): Promise<void> => {
    let wait: number;
    try {
      wait = await ask(key, 1, 0);
    } catch {
      localUntil = performance.now() + pauseMs;
      return takeLocally(key);
    }
    if (wait > 0) throw new Refusal('RATE_LIMITED', undefined, { retryAfterMs: wait });
  };
  return {
    /**
     * Throws RATE_LIMITED with the wait when the next message may not pass yet; rejects with it where Redis had to be
     * asked. `isOnlyHere`: the key is a person all of whose devices are connected to this node.
     */
    take: (key: string, isOnlyHere = false): Promise<void> | undefined => {
      if (alone()) takeLocally(key);
      else if (isOnlyHere && performance.now() - knownOf(key).heardAt < heardMs) {
        takeLocally(key);
        owed.note({ key, messages: 1 });
      } else return takeInRedis(key);
      return undefined;
    },
    /** Gives the key its whole burst again. */
    forget: async (key: string): Promise<void> => {
      people.delete(key);
      if (alone()) return;
      try {
        await redis.del(fullKey(key));
      } catch {
        localUntil = performance.now() + pauseMs;
      }
    },
  };
}
