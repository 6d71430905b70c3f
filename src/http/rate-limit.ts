import { rateLimit } from 'express-rate-limit';
import type { Redis } from 'ioredis';
import type { RequestHandler } from 'express';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import { Refusal } from '../contract/index.js';
import { sendProblem } from './problem.js';

/** Limits per network address; lifted where everybody comes from loopback. */
export function perAddress(options: {
  redis: Redis;
  prefix: string;
  name: string;
  limit: number;
  windowSeconds: number;
  lifted: boolean;
}): RequestHandler {
  const { redis } = options;
  return rateLimit({
    windowMs: options.windowSeconds * 1_000,
    limit: options.limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    skip: () => options.lifted,
    // With Redis away a limit per address must not close the door for everybody.
    passOnStoreError: true,
    ...(options.lifted
      ? {}
      : {
          store: new RedisStore({
            prefix: `${options.prefix}:limit:${options.name}:`,
            sendCommand: (command: string, ...args: string[]) =>
              redis.call(command, ...args) as Promise<RedisReply>,
          }),
        }),
    handler: (request, response) =>
      sendProblem(
        request,
        response,
        new Refusal('RATE_LIMITED', undefined, { retryAfterMs: options.windowSeconds * 1_000 }),
      ),
  });
}
