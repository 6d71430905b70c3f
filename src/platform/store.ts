import type { Connection, Model, Schema, mongo } from 'mongoose';
import { groupBy } from './group-by.js';
import { collectionOf, isDuplicateKey, runFind } from './mongo.js';
import { Gate } from './turns.js';

/** A collection, and the indexes that the queries of its store rest on. Migrations make both. */
export interface CollectionSpec {
  name: string;
  indexes: readonly mongo.IndexDescription[];
}

/** What says of a store which collections it has: its class. */
export interface StoreClass {
  readonly name: string;
  readonly collections: readonly CollectionSpec[];
}

/** The collection of a schema, with the indexes that were added to it. */
export const specOf = (schema: Pick<Schema, 'get' | 'indexes'>): CollectionSpec => ({
  name: schema.get('collection')!,
  indexes: schema
    .indexes()
    .map(([key, options]) => ({ key, ...options }) as mongo.IndexDescription),
});

/** The collections of these stores, each once: two stores may look at one. */
export function collectionsOf(stores: readonly StoreClass[]): CollectionSpec[] {
  const specs = stores.flatMap(({ collections }) => collections);
  const byName = groupBy(specs, ({ name }) => name);
  return [...byName].map(([name, same]) => ({
    name,
    indexes: same.flatMap(({ indexes }) => indexes),
  }));
}

/** Collections that are made at once: within the pool of connections. */
const atOnce = 6;

/**
 * Makes the collections of these stores, since a transaction must not create one, and their indexes, by one command for
 * each collection. Repeatable.
 */
export async function makeCollections(
  { db }: Connection,
  stores: readonly StoreClass[],
): Promise<void> {
  const gate = new Gate(atOnce);
  const make = async ({ name, indexes }: CollectionSpec) => {
    // The collection is made with its first index.
    if (indexes.length > 0) await db!.collection(name).createIndexes([...indexes]);
    else await db!.createCollection(name).catch(unlessThere);
  };
  await Promise.all(collectionsOf(stores).map((spec) => gate.pass(() => make(spec))));
}

const NAMESPACE_EXISTS = 48;

function unlessThere(error: Error & { code?: unknown }): void {
  if (error.code !== NAMESPACE_EXISTS) throw error;
}

/** A read that takes longer has met trouble; before the connection counts as dead. */
export const readMs = 6_000;

/** What is stored in one collection. */
export class Store<Document extends { _id: unknown }> {
  protected readonly documents: Model<Document>;
  private collection: mongo.Collection<Document> | undefined;

  /** `schema`: see {@link documentsOf}. */
  constructor(
    private readonly opened: Connection,
    schema: Schema<Document>,
  ) {
    this.documents = opened.model<Document>(schema.get('collection')!, schema);
  }

  /** The collection as the driver has it, for what is read with every request: mongoose doubles the work of a small read. */
  protected get native(): mongo.Collection<Document> {
    this.collection ??= collectionOf<Document>(this.opened, this.documents.collection.name);
    return this.collection;
  }

  /** See {@link runFind}. */
  protected readAll<D = Document>(
    filter: object,
    options: { projection?: object; hint?: object; sort?: object; limit?: number } = {},
  ): Promise<D[]> {
    const name = this.documents.collection.name;
    return runFind<D>(this.opened, name, { filter, ...options, maxTimeMS: readMs });
  }

  /** False when there is one that a unique index sees as the same. */
  protected async addNew(document: Document): Promise<boolean> {
    try {
      await this.documents.create(document);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}
