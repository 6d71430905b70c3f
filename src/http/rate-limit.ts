import { ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit';
import type { Request, RequestHandler, Response } from 'express';
import type { RateLimiterRedis } from 'rate-limiter-flexible';
import { Refusal } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Actor } from '../platform/actor.js';
import { isNearby } from '../platform/config.js';
import { sendProblem } from './problem.js';

/**
 * Counts requests by network address (IPv6 by its /56, since a line has many addresses) or by the person who is
 * signed in; while Redis is away each node counts alone. Lifted where everybody comes from loopback.
 */
export function requestLimit(
  { config, quotas }: Context,
  name: string,
  by: 'address' | 'person',
  { limit, seconds }: { limit: number; seconds: number },
): RequestHandler {
  if (isNearby(config)) return (_request, _response, next) => next();
  return rateLimit({
    windowMs: seconds * 1_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: by === 'address' ? addressOf : personOf,
    store: storeOf(quotas.counter(name, { limit, seconds })),
    handler: (request, response) =>
      sendProblem(
        request,
        response,
        new Refusal('RATE_LIMITED', undefined, { retryAfterMs: restOfWindow(request) }),
      ),
  });
}

const storeOf = (counter: RateLimiterRedis): Store => ({
  async increment(key) {
    const { consumedPoints, msBeforeNext } = await counter.penalty(key);
    return { totalHits: consumedPoints, resetTime: new Date(Date.now() + msBeforeNext) };
  },
  async decrement(key) {
    await counter.reward(key);
  },
  async resetKey(key) {
    await counter.delete(key);
  },
});

/** The network that a request came from, as limits count it. */
export const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? '');

const personOf = (_request: Request, response: Response): string =>
  (response.locals['actor'] as Actor).userId;

function restOfWindow(request: Request): number | undefined {
  const { resetTime } = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
  return resetTime && resetTime.getTime() - Date.now();
}
