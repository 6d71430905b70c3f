import { TestEnvironment } from 'jest-environment-node';
import type { Json } from '../../src/contract/documents/schemas.js';
import { conformanceTo, type Conformance } from './conformance.js';

declare global {
  /**
   * The documents that the gateway serves, to hold its answers against. Fetched once a worker of jest: all gateways come
   * from one build, and one that was killed in the meantime can be judged too.
   */
  function documentsAt(url: string): Promise<Conformance>;
}

let served: Promise<Conformance> | undefined;

/** What test files share within a worker of jest: to compile the documents takes longer than most files need. */
export default class extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { documentsAt });
  }
}

function documentsAt(url: string): Promise<Conformance> {
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
