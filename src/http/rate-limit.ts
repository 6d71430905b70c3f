import {
  MemoryStore,
  ipKeyGenerator,
  rateLimit,
  type ClientRateLimitInfo,
  type Options,
  type Store,
} from 'express-rate-limit';
import type { Redis } from 'ioredis';
import type { Request, RequestHandler, Response } from 'express';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import { Refusal } from '../contract/index.js';
import type { Actor } from '../platform/actor.js';
import { sendProblem } from './problem.js';

/**
 * Counts requests by network address (IPv6 by its /56, since a line has many addresses) or by the person who is
 * signed in. Lifted where everybody comes from loopback.
 */
export function requestLimit(options: {
  redis: Redis;
  prefix: string;
  name: string;
  by: 'address' | 'person';
  limit: number;
  windowSeconds: number;
  lifted: boolean;
}): RequestHandler {
  const { redis, lifted } = options;
  if (lifted) return (_request, _response, next) => next();
  return rateLimit({
    windowMs: options.windowSeconds * 1_000,
    limit: options.limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: options.by === 'address' ? addressOf : personOf,
    store: new SharedCounts(
      new RedisStore({
        prefix: `${options.prefix}:limit:${options.name}:`,
        sendCommand: (command: string, ...args: string[]) =>
          redis.call(command, ...args) as Promise<RedisReply>,
      }),
    ),
    handler: (request, response) =>
      sendProblem(
        request,
        response,
        new Refusal('RATE_LIMITED', undefined, { retryAfterMs: restOfWindow(request) }),
      ),
  });
}

/** The network that a request came from, as limits count it. */
export const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? '');

const personOf = (_request: Request, response: Response): string =>
  (response.locals['actor'] as Actor).userId;

function restOfWindow(request: Request): number | undefined {
  const { resetTime } = (request as Request & { rateLimit?: { resetTime?: Date } }).rateLimit ?? {};
  return resetTime && resetTime.getTime() - Date.now();
}

/** Counts over all nodes. While Redis is away this node counts alone, so that an outage lifts no limit. */
class SharedCounts implements Store {
  private readonly local = new MemoryStore();
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly shared: RedisStore) {}

  init(options: Options): void {
    void this.shared.init(options);
    this.local.init(options);
  }

  async increment(key: string): Promise<ClientRateLimitInfo> {
    try {
      return await this.shared.increment(key);
    } catch {
      return this.countHere(key);
    }
  }

  /**
   * Runs one after another: the store returns its live counter, so calls of one moment would all read its last state.
   */
  private countHere(key: string): Promise<ClientRateLimitInfo> {
    const counted = this.last.then(async () => ({ ...(await this.local.increment(key)) }));
    this.last = counted;
    return counted;
  }

  async decrement(key: string): Promise<void> {
    await this.shared.decrement(key).catch(() => this.local.decrement(key));
  }

  async resetKey(key: string): Promise<void> {
    await Promise.all([this.shared.resetKey(key).catch(() => {}), this.local.resetKey(key)]);
  }
}
