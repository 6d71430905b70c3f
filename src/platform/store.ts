import type { Connection, Model, Schema, mongo } from 'mongoose';
import { collectionOf } from './mongo.js';

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

  /** Makes the collection, since a transaction must not create one, and its indexes: by one command at every start. */
  async prepare(): Promise<void> {
    const indexes = this.documents.schema.indexes().map(([key, options]) => ({ key, ...options }));
    // The collection is made with its first index.
    if (indexes.length > 0) await this.native.createIndexes(indexes as mongo.IndexDescription[]);
    else await this.documents.createCollection();
  }
}
