import type { Connection } from 'mongoose';
import type { view } from '../contract/index.js';
import { documentsOf } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';

export interface HostKey {
  id: string;
  name: string;
  scopes: view.HostScope[];
  createdAt: Date;
  rotatedAt: Date | null;
  /** To about a minute; absent: never. */
  lastUsedAt?: Date;
}

/** Only the hash of a secret is stored. `until`: when it stops working; null: it is the newest. */
interface Secret {
  hash: string;
  until: Date | null;
}

type HostKeyDocument = Omit<HostKey, 'id'> & { _id: string; secrets: Secret[] };

const schema = documentsOf<HostKeyDocument>('hostKeys');

/** The keys of servers of the host app. */
export class HostKeyStore extends Store<HostKeyDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  async add({ id, ...key }: HostKey, hash: string): Promise<void> {
    await this.documents.create({ _id: id, ...key, secrets: [{ hash, until: null }] });
  }

  /** Newest first; there are few. */
  async all(): Promise<HostKey[]> {
    const found = await this.documents.find().sort({ createdAt: -1 }).lean<HostKeyDocument[]>();
    return found.map(toKey);
  }

  count(): Promise<number> {
    return this.documents.countDocuments();
  }

  /** The key whose secret has this hash, and still works; null: none. */
  async byHash(id: string, hash: string, now: Date): Promise<HostKey | null> {
    const found = await this.documents.findById(id).lean<HostKeyDocument>();
    const works = found?.secrets.some(
      (secret) => secret.hash === hash && (secret.until === null || secret.until > now),
    );
    return found && works ? toKey(found) : null;
  }

  /** Notes a use, unless one after `since` is noted already. */
  async used(id: string, now: Date, since: Date): Promise<void> {
    await this.documents.updateOne(
      { _id: id, $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: since } }] },
      { $set: { lastUsedAt: now } },
    );
  }

  /**
   * Gives it a new secret; the newest one so far works until then, and older ones as long as they were to. Two at once
   * come one after the other. null: no such key.
   */
  async rotate(id: string, hash: string, now: Date, until: Date): Promise<HostKey | null> {
    for (;;) {
      const found = await this.documents.findById(id).lean<HostKeyDocument>();
      const newest = found?.secrets.find((secret) => secret.until === null);
      if (!found || !newest) return null;
      const secrets = found.secrets.flatMap((secret) => {
        if (secret.until === null) return [{ hash: secret.hash, until }];
        return secret.until > now ? [secret] : [];
      });
      const rotated = await this.documents
        .findOneAndUpdate(
          { _id: id, secrets: { $elemMatch: { hash: newest.hash, until: null } } },
          { $set: { secrets: [{ hash, until: null }, ...secrets], rotatedAt: now } },
          { returnDocument: 'after' },
        )
        .lean<HostKeyDocument>();
      if (rotated) return toKey(rotated);
    }
  }

  /** False: there is none. */
  async end(id: string): Promise<boolean> {
    return (await this.documents.deleteOne({ _id: id })).deletedCount === 1;
  }
}

const toKey = ({ _id: id, secrets: _secrets, ...key }: HostKeyDocument): HostKey => ({
  id,
  ...key,
});
