import type { Connection, Model, Schema } from 'mongoose';

/** What is stored in one collection. */
export class Store<Document extends { _id: string }> {
  protected readonly documents: Model<Document>;

  /** `schema`: see {@link documentsOf}. */
  constructor(connection: Connection, schema: Schema<Document>) {
    this.documents = connection.model<Document>(schema.get('collection')!, schema);
  }

  /** Makes the collection, since a transaction must not create one, and its indexes. */
  async prepare(): Promise<void> {
    await this.documents.createCollection();
    await this.documents.createIndexes();
  }
}
