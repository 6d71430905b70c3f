import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Router } from 'express';
import { exactRouter } from '../http/router.js';
import type { content as Content } from './content.js';

type Path = keyof typeof Content;

/** The media types of the documents. */
const types: Record<Path, string> = {
  '/openapi.json': 'json',
  '/webhooks.json': 'json',
  '/asyncapi.json': 'json',
  '/docs': 'html',
  '/docs/events': 'html',
  '/docs/states': 'html',
  '/docs/errors': 'html',
  '/docs/pages.css': 'css',
  '/docs/start-swagger-ui.js': 'js',
};

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The only files served; the rest of the package (source maps, other bundles, a page of its own) is not. */
const swaggerUiFiles = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/**
 * The documents and their readable pages. Each is made at the first request for it and kept, and its code is loaded
 * only then, since few gateways are ever asked; every answer carries an ETag. The pages need only this content security
 * policy: `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'`.
 */
export function docsRoutes({ publicUrl }: { publicUrl?: string } = {}): Router {
  const router = exactRouter();
  for (const [path, type] of Object.entries(types) as [Path, string][]) {
    let made: { body: Buffer; etag: string } | undefined;
    router.get(path, async (_request, response) => {
      const { content } = await import('./content.js');
      made ??= withTag(content[path](publicUrl));
      response.set({ 'Cache-Control': 'no-cache', ETag: made.etag }).type(type).send(made.body);
    });
  }
  for (const file of swaggerUiFiles)
    router.get(`/docs/swagger-ui/${file}`, (_request, response) => {
      response.sendFile(file, { root: swaggerUi, maxAge: '1h' });
    });
  return router;
}

function withTag(text: string): { body: Buffer; etag: string } {
  const body = Buffer.from(text);
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"` };
}
