import { Router, type RequestHandler } from 'express';
import { Refusal } from '../contract/index.js';

/**
 * A router that takes a path exactly as it was mounted: its case counts, and so does a slash at its end. Every route
 * of this server is mounted on one of these, so that no spelling of a path reaches a handler around its check.
 */
export const exactRouter = (): Router => Router({ caseSensitive: true, strict: true });

/**
 * Routers by the first part of a path, so that a request is held against the few routes that begin as it does, and not
 * against each of a hundred.
 */
export class RoutersByStart {
  private readonly routers = new Map<string, Router>();

  /** The router for all paths that begin as this one does; made at the first call. */
  for(path: string): Router {
    const start = startOf(path);
    const known = this.routers.get(start) ?? exactRouter();
    this.routers.set(start, known);
    return known;
  }

  /** Call it once all routes are mounted. See {@link answerOtherMethods}. */
  complete(): RequestHandler {
    for (const router of this.routers.values()) answerOtherMethods(router);
    return (request, response, next) => {
      const router = this.routers.get(startOf(request.path));
      if (router) return router(request, response, next);
      next();
    };
  }
}

function startOf(path: string): string {
  const end = path.indexOf('/', 1);
  return end === -1 ? path : path.slice(0, end);
}

/**
 * Completes a router whose routes are all mounted. A known path with a method that it does not have is answered 405
 * with `Allow` (RFC 9110, 15.5.6), and OPTIONS with 204 and the same header.
 */
export function answerOtherMethods(router: Router): Router {
  const methods = new Map<string, Set<string>>();
  for (const { route } of router.stack) {
    if (!route) continue;
    const known = methods.get(route.path) ?? new Set(['OPTIONS']);
    for (const { method } of route.stack) known.add(method.toUpperCase());
    if (known.has('GET')) known.add('HEAD');
    methods.set(route.path, known);
  }
  for (const [path, known] of methods) router.all(path, answer([...known].sort().join(', ')));
  return router;
}

const answer =
  (allow: string): RequestHandler =>
  (request, response) => {
    response.set('Allow', allow);
    if (request.method !== 'OPTIONS')
      throw new Refusal('NOT_FOUND', `${request.method} is not possible here`, { status: 405 });
    response.status(204).end();
  };
