import type { RequestHandler } from 'express';
import { Refusal, endpoints } from '../contract/index.js';
import type { SessionGuard } from '../users/index.js';

const open = new Set(
  Object.values(endpoints)
    .filter((endpoint) => endpoint.access === 'public')
    .map((endpoint) => `${endpoint.method} ${endpoint.path}`),
);

/**
 * The login check, once, in front of everything under `/v1`: what the contract does not call public needs a token,
 * also what does not exist, so that a forgotten route is closed and not open.
 */
export function authenticate(guard: SessionGuard): RequestHandler {
  return async (request, response, next) => {
    const method = request.method === 'HEAD' ? 'get' : request.method.toLowerCase();
    if (open.has(`${method} ${request.path.replace(/\/$/, '')}`)) {
      next();
      return;
    }
    const token = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(request.get('authorization') ?? '')?.[1];
    if (!token) throw new Refusal('UNAUTHENTICATED');
    const { userId, sessionId } = await guard.identify(token);
    response.locals['actor'] = { userId, sessionId };
    next();
  };
}
