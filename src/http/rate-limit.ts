import { ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import type { RateLimiterRedis } from 'rate-limiter-flexible';
import { Refusal } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { isNearby, type Config } from '../platform/config.js';
import { lru } from '../platform/lru.js';
import type { Quotas } from '../platform/quota.js';
import { sendProblem } from './problem.js';

interface Window {
  limit: number;
  seconds: number;
}

export interface Limiting {
  config: Config;
  quotas: Quotas;
}

/**
 * Counts requests by network address (IPv6 by its /56, since a line has many addresses) or by the person who is
 * signed in; while Redis is away each node counts alone. Lifted where everybody comes from loopback.
 */
export function requestLimit(
  { config, quotas }: Limiting,
  name: string,
  by: 'address' | 'person',
  { limit, seconds }: Window,
): RequestHandler {
  if (isNearby(config)) return (_request, _response, next) => next();
  return rateLimit({
    windowMs: seconds * 1_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: by === 'address' ? addressOf : personOf,
    store: storeOf(quotas.counter(name, { limit, seconds }), { limit, seconds }),
    handler: (request, response) =>
      sendProblem(
        request,
        response,
        new Refusal('RATE_LIMITED', undefined, { retryAfterMs: restOfWindow(request) }),
      ),
  });
}

/** Callers whose count one node remembers; what it has not told Redis of one that is dropped is not counted. */
const callersAtOnce = 50_000;
/** Limits below this are counted one by one. */
const largeFrom = 200;
/** Of a large limit, the part that a node may have counted without telling the others. */
const untoldPart = 20;

/** What a node knows of a caller in the present window. */
interface Counted {
  /** Requests that came here, and how many of them Redis was told of. */
  here: number;
  told: number;
  /** Requests that other nodes told of, as of the last time. */
  elsewhere: number;
  /** As `performance.now()` counts. */
  endsAt: number;
}

/**
 * Counts over all nodes. Of a large limit each node tells Redis a twentieth at a time, since a trip for each request
 * would cost more than many requests do: a caller who spreads over nodes gets at most that much more on each.
 */
function storeOf(counter: RateLimiterRedis, { limit, seconds }: Window): Store {
  const callers = lru<Counted>(callersAtOnce);
  const block = limit < largeFrom ? 1 : Math.floor(limit / untoldPart);
  const countedOf = (key: string): Counted => {
    const now = performance.now();
    const known = callers.get(key);
    if (known && now < known.endsAt) return known;
    const fresh = { here: 0, told: 0, elsewhere: 0, endsAt: now + seconds * 1_000 };
    callers.set(key, fresh);
    return fresh;
  };
  return {
    async increment(key) {
      const counted = countedOf(key);
      const here = (counted.here += 1);
      const untold = here - counted.told;
      if (untold >= block) {
        const told = (counted.told = here);
        const { consumedPoints, msBeforeNext } = await counter.penalty(key, untold);
        counted.elsewhere = Math.max(counted.elsewhere, consumedPoints - told);
        counted.endsAt = performance.now() + msBeforeNext;
      }
      const leftMs = counted.endsAt - performance.now();
      return {
        totalHits: here + counted.elsewhere,
        resetTime: new Date(Date.now() + Math.max(0, leftMs)),
      };
    },
    async decrement(key) {
      await counter.reward(key);
    },
    async resetKey(key) {
      callers.delete(key);
      await counter.delete(key);
    },
  };
}

/** The network that a request came from, as limits count it. */
export const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? '');

const personOf = (_request: Request, response: Response): string =>
  (response.locals['actor'] as Actor).userId;

function restOfWindow(request: Request): number | undefined {
  const { resetTime } = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
  return resetTime && resetTime.getTime() - Date.now();
}
