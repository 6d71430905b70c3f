import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RequestHandler, Router } from 'express';
import expressStaticGzip from 'express-static-gzip';
import { exactRouter } from './router.js';

/** Where the build puts the web client, seen from a built file. */
const root = fileURLToPath(new URL('../web/', import.meta.url));

/** Paths of other doors, in any spelling: an unknown path there must not be answered with a page. */
const otherDoors = /^[/\\]*(v\d|admin|docs|dev|assets|socket\.io|metrics|healthz|readyz)\b/i;

/** Serves the built web client; all of its own routes get the same page. Without a build it serves nothing. */
export function webClient(): Router {
  const router = exactRouter();
  if (!existsSync(`${root}index.html`)) return router;
  // The build left each file compressed beside itself.
  const files = (folder: string, cached: object) =>
    expressStaticGzip(`${root}${folder}`, {
      enableBrotli: true,
      orderPreference: ['br'],
      index: false,
      serveStatic: cached,
    });
  // The names of built files contain their hash, so they may be cached for ever.
  router.use('/assets', files('assets', { immutable: true, maxAge: '1y' }));
  router.use(files('', {}));
  const page: RequestHandler = (request, response, next) => {
    // A link preview or an uptime check accepts anything; a program that prefers JSON gets a 404.
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const wanted = reads && request.accepts(['html', 'json']) === 'html';
    if (!wanted || /\.\w+$/.test(request.path) || otherDoors.test(request.path)) return next();
    response.set('Cache-Control', 'no-cache').vary('Accept').sendFile('index.html', { root });
  };
  router.get('/', page);
  router.use(page);
  return router;
}
