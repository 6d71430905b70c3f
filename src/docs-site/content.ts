import { asyncApiDocument } from '../contract/documents/asyncapi.js';
import { openApiDocument } from '../contract/documents/openapi.js';
import { webhooksDocument } from '../contract/documents/openapi-webhooks.js';
import { errorsPage } from './errors-page.js';
import { eventsPage } from './events-page.js';
import { pagesCss } from './pages-css.js';
import { restPage, startSwaggerUi } from './rest-page.js';
import { statesPage } from './states-page.js';

/** The document under each path, made from the contract and the domain with the public address of the server. */
export const content = {
  '/openapi.json': (publicUrl?: string) => JSON.stringify(openApiDocument(publicUrl)),
  '/webhooks.json': (publicUrl?: string) => JSON.stringify(webhooksDocument(publicUrl)),
  '/asyncapi.json': (publicUrl?: string) => JSON.stringify(asyncApiDocument(publicUrl)),
  '/docs': restPage,
  '/docs/events': (publicUrl?: string) => eventsPage(asyncApiDocument(publicUrl)),
  '/docs/states': statesPage,
  '/docs/errors': errorsPage,
  '/docs/pages.css': () => pagesCss,
  '/docs/start-swagger-ui.js': () => startSwaggerUi,
};
