import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Router } from 'express';
import { asyncApiDocument } from '../contract/documents/asyncapi.js';
import { openApiDocument } from '../contract/documents/openapi.js';
import { webhooksDocument } from '../contract/documents/openapi-webhooks.js';
import { errorsPage } from './errors-page.js';
import { eventsPage } from './events-page.js';
import { pagesCss } from './pages-css.js';
import { statesPage } from './states-page.js';
import { restPage, startSwaggerUi } from './rest-page.js';
import { exactRouter } from '../http/router.js';

const swaggerUi = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** The rest of the package (source maps, other bundles, a page of its own) stays inside. */
const swaggerUiFiles = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];

/**
 * `/openapi.json`, `/webhooks.json`, `/asyncapi.json` and their readable pages `/docs`, `/docs/events`, `/docs/states`
 * and `/docs/errors`. Each is made at the first request for it and kept, since few gateways are ever asked; every
 * answer carries an ETag. The pages need no more of a content security policy than
 * `default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'`.
 */
export function docsRoutes(options: { publicUrl?: string } = {}): Router {
  const router = exactRouter();
  const serve = (path: string, type: string, make: () => string): void => {
    let made: { body: Buffer; etag: string } | undefined;
    router.get(path, (_request, response) => {
      made ??= withTag(make());
      response.set({ 'Cache-Control': 'no-cache', ETag: made.etag }).type(type).send(made.body);
    });
  };
  const { publicUrl } = options;
  serve('/openapi.json', 'json', () => JSON.stringify(openApiDocument(publicUrl)));
  serve('/webhooks.json', 'json', () => JSON.stringify(webhooksDocument(publicUrl)));
  serve('/asyncapi.json', 'json', () => JSON.stringify(asyncApiDocument(publicUrl)));
  serve('/docs', 'html', restPage);
  serve('/docs/events', 'html', () => eventsPage(asyncApiDocument(publicUrl)));
  serve('/docs/states', 'html', statesPage);
  serve('/docs/errors', 'html', errorsPage);
  serve('/docs/pages.css', 'css', () => pagesCss);
  serve('/docs/start-swagger-ui.js', 'js', () => startSwaggerUi);
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
