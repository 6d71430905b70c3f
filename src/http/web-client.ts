import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RequestHandler, Router } from 'express';
import expressStaticGzip from 'express-static-gzip';
import type { view } from '../contract/index.js';
import { linkPreview } from './link-preview.js';
import { exactRouter } from './router.js';

/** Where the build puts the web client, seen from a built file. */
const root = fileURLToPath(new URL('../web/', import.meta.url));

/** Paths of other doors, in any spelling: an unknown path there must not be answered with a page. */
const otherDoors = /^[/\\]*(v\d|admin|docs|dev|assets|socket\.io|metrics|healthz|readyz)\b/i;

export interface Previews {
  /** A listing as a guest sees it, if they may. */
  findListing: (id: string) => Promise<view.Listing | undefined>;
  /** Address under which people reach the service. */
  publicUrl: () => string;
}

/**
 * Serves the built web client; all of its own routes get the same page, that of a listing with what a link preview
 * shows. Without a build it serves nothing.
 */
export function webClient(
  { findListing, publicUrl }: Previews,
  { demo, stoppable }: { demo: boolean; stoppable: boolean },
): Router {
  const router = exactRouter();
  if (!existsSync(`${root}index.html`)) return router;
  // The page of a demo says so: it shows on which node it is, and around.
  const mark = demo
    ? `  <meta name="haggle-demo" content="${stoppable ? 'embedded' : 'on'}" />\n  </head>`
    : '</head>';
  const html = readFileSync(`${root}index.html`, 'utf8').replace('</head>', mark);
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
  const page: RequestHandler = async (request, response, next) => {
    // A link preview or an uptime check accepts anything; a program that prefers JSON gets a 404.
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const wanted = reads && request.accepts(['html', 'json']) === 'html';
    if (!wanted || /\.\w+$/.test(request.path) || otherDoors.test(request.path)) return next();
    const id = /^\/listings\/([\w-]+)$/.exec(request.path)?.[1];
    const listing = id && (await findListing(id));
    const head = listing ? `${linkPreview(listing, publicUrl())}\n  </head>` : '</head>';
    response.set('Cache-Control', 'no-cache').vary('Accept').type('html');
    response.send(html.replace('</head>', () => head));
  };
  router.get('/', page);
  router.use(page);
  return router;
}
