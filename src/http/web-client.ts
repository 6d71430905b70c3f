import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import express, { type Router } from 'express';
import { exactRouter } from './exact-router.js';

/** Where the build puts the web client, seen from the compiled file. */
const root = fileURLToPath(new URL('../../web/', import.meta.url));

/** Serves the built web client; its own routes all get the same page. Without a build there is nothing to serve. */
export function webClient(): Router {
  const router = exactRouter();
  if (!existsSync(`${root}index.html`)) return router;
  // The names of the built files hold their hash, so they may be kept for ever.
  router.use(
    '/assets',
    express.static(`${root}assets`, { immutable: true, maxAge: '1y', index: false }),
  );
  router.use(express.static(root, { index: false }));
  router.use((request, response, next) => {
    const page = request.method === 'GET' && /\btext\/html\b/.test(request.get('accept') ?? '');
    if (!page || /\.\w+$/.test(request.path)) {
      next();
      return;
    }
    response.set('Cache-Control', 'no-cache').sendFile('index.html', { root });
  });
  return router;
}
