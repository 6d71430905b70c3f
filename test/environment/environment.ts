import { TestEnvironment } from 'jest-environment-node';
import type { Connection } from 'mongoose';
import type { Browser, LaunchOptions } from 'playwright-core';
import type { Json } from '../../src/contract/documents/schemas.js';
import { conformanceTo, type Conformance } from './conformance.js';

declare global {
  /**
   * The documents that the gateway serves, to hold its answers against. Fetched once a worker of jest: all gateways come
   * from one build, and one that was killed in the meantime can be judged too.
   */
  function documentsAt(url: string): Promise<Conformance>;
  /** A connection to look at a database with, but not for stores: their schemas are of the file's own mongoose. */
  function connectTo(uri: string): Promise<Connection>;
  function launchChromium(options: LaunchOptions): Promise<Browser>;
}

let served: Promise<Conformance> | undefined;

/**
 * What test files share within a worker of jest: to compile the documents, or to load the packages behind a connection or
 * a browser, takes longer than most files need.
 */
export default class extends TestEnvironment {
  override async setup(): Promise<void> {
    await super.setup();
    Object.assign(this.global, { documentsAt, connectTo, launchChromium });
  }
}

function documentsAt(url: string): Promise<Conformance> {
  served ??= fetchDocuments(url).catch((error: unknown) => {
    served = undefined;
    throw error;
  });
  return served;
}

async function connectTo(uri: string): Promise<Connection> {
  const { default: mongoose } = await import('mongoose');
  return mongoose.createConnection(uri).asPromise();
}

async function launchChromium(options: LaunchOptions): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch(options);
}

async function fetchDocuments(url: string): Promise<Conformance> {
  const [openapi, asyncapi, webhooks] = await Promise.all(
    ['/openapi.json', '/asyncapi.json', '/webhooks.json'].map(
      async (path) => (await (await fetch(`${url}${path}`)).json()) as Json,
    ),
  );
  return conformanceTo({ openapi: openapi!, asyncapi: asyncapi!, webhooks: webhooks! });
}
