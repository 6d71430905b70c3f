import type { RequestHandler } from 'express';
import { Refusal } from '../contract/index.js';
import type { SessionGuard } from '../users/index.js';
import { endpointAt } from './endpoint-at.js';

/**
 * The login check, once, in front of everything under `/v1`: what the contract does not call public needs a token,
 * also what does not exist, so that a forgotten route is closed and not open. The admin area has its own check.
 */
export function authenticate(guard: SessionGuard, admin: RequestHandler): RequestHandler {
  return async (request, response, next) => {
    const access = endpointAt(request)?.access;
    if (access === 'public') {
      next();
      return;
    }
    if (access === 'admin') return admin(request, response, next);
    const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(request.get('authorization') ?? '')?.[1];
    if (!token) throw new Refusal('UNAUTHENTICATED');
    const { userId, sessionId } = await guard.identify(token);
    response.locals['actor'] = { userId, sessionId };
    next();
  };
}
