import type { Json } from '../../src/contract/documents/schemas.js';
import { conformanceTo, type Conformance } from '../contract/conformance.js';

let served: Promise<Conformance> | undefined;

/**
 * The documents that the gateway serves, to hold its answers against. Fetched once a test file: all its gateways come
 * from one build, and one that was killed in the meantime can be judged too.
 */
export function documentsAt(url: string): Promise<Conformance> {
  served ??= fetchDocuments(url).catch((error: unknown) => {
    served = undefined;
    throw error;
  });
  return served;
}

async function fetchDocuments(url: string): Promise<Conformance> {
  const [openapi, asyncapi, webhooks] = await Promise.all(
    ['/openapi.json', '/asyncapi.json', '/webhooks.json'].map(
      async (path) => (await (await fetch(`${url}${path}`)).json()) as Json,
    ),
  );
  return conformanceTo({ openapi: openapi!, asyncapi: asyncapi!, webhooks: webhooks! });
}
