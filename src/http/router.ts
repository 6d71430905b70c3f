import { Router, type RequestHandler } from 'express';
import { Refusal } from '../contract/index.js';

/**
 * A router that takes a path exactly as it was mounted: its case counts, and so does a slash at its end. Every route
 * of this server is mounted on one of these, so that no spelling of a path reaches a handler around its check.
 */
export const exactRouter = (): Router => Router({ caseSensitive: true, strict: true });

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
