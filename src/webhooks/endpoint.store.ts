import { createHash } from 'node:crypto';
import type { Connection } from 'mongoose';
import { collectionOf } from '../platform/mongo.js';

interface EndpointDocument {
  _id: string;
  /** Of the address: another one starts afresh. */
  urlHash: string | null;
  disabledAt: Date | null;
}

/** There is one. */
const _id = 'endpoint';

/** Stores whether the endpoint has said, by status 410, that it wants no events any more. */
export class WebhookEndpointStore {
  private readonly endpoints;

  constructor(connection: Connection) {
    this.endpoints = collectionOf<EndpointDocument>(connection, 'webhookEndpoints');
  }

  async use(url: string): Promise<void> {
    const urlHash = createHash('sha256').update(url).digest('base64url');
    const known = await this.endpoints.findOne({ _id, urlHash });
    if (!known)
      await this.endpoints.updateOne(
        { _id },
        { $set: { urlHash, disabledAt: null } },
        { upsert: true },
      );
  }

  async disabledAt(): Promise<Date | null> {
    const found = await this.endpoints.findOne({ _id });
    return found?.disabledAt ?? null;
  }

  async disable(now: Date): Promise<void> {
    await this.endpoints.updateOne({ _id }, { $set: { disabledAt: now } });
  }

  async enable(): Promise<void> {
    await this.endpoints.updateOne({ _id }, { $set: { disabledAt: null } });
  }
}
