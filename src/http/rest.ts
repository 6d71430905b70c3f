import type { RequestHandler } from 'express';
import { endpoints, limits } from '../contract/index.js';
import type { Context } from '../context.js';
import type { Budget } from '../platform/budget.js';
import { isNearby } from '../platform/config.js';
import { createEntrance, type Guard } from './entrance.js';
import { IdempotencyStore } from './idempotency.store.js';
import { requestLimit } from './rate-limit.js';
import { mustBeAskedHere } from './request-target.js';
import { RestDoor } from './rest-door.js';

/** Builds the REST door, on which slices mount their routes, with the checks before each. */
export function createRest(
  context: Context,
  deps: {
    guard: Guard;
    /** Throws EMAIL_NOT_VERIFIED. */
    verified: { mustBeVerified(userId: string): Promise<void> };
    /** The check of the admin area. */
    admin: RequestHandler;
    budget: Budget;
  },
) {
  const { config, redis, mongo } = context;
  const { requestsPerMinute, loginWindowSeconds, loginsPerAddress, signUpsPerAddress } = limits;
  const limit = (name: string, by: 'address' | 'person', most: number, windowSeconds = 60) =>
    requestLimit({
      redis,
      prefix: config.redisPrefix,
      name,
      by,
      limit: most,
      windowSeconds,
      lifted: isNearby(config),
    });
  const entrance = createEntrance({
    guard: deps.guard,
    admin: deps.admin,
    perPerson: limit('person', 'person', requestsPerMinute),
    perAddress: limit('rest', 'address', requestsPerMinute),
    own: new Map<unknown, RequestHandler>([
      [endpoints.logIn, limit('login', 'address', loginsPerAddress, loginWindowSeconds)],
      [endpoints.signUp, limit('sign-up', 'address', signUpsPerAddress, 3600)],
      // A limit of its own, so that other requests of the same network do not keep a returning person out.
      [endpoints.refresh, limit('refresh', 'address', requestsPerMinute)],
      [endpoints.demoAccounts, mustBeAskedHere],
    ]),
  });
  const door = new RestDoor({
    entrance,
    mustBeVerified: (userId) => deps.verified.mustBeVerified(userId),
    idempotency: context.store(new IdempotencyStore(mongo)),
    budget: deps.budget,
  });
  return { door, unknown: entrance.unknown };
}
