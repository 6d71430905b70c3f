import type { Router } from 'express';
import { exactRouter } from './exact-router.js';

/** The public keys of the access tokens, for host applications that check them themselves. */
export function jwksRoutes(tokens: { jwks(): { keys: object[] } }): Router {
  const router = exactRouter();
  router.get('/.well-known/jwks.json', (_request, response) => {
    response.set('Cache-Control', 'public, max-age=300').json(tokens.jwks());
  });
  return router;
}
