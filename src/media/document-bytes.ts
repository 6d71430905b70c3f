import mongoose, { type Connection, type mongo } from 'mongoose';
import { collectionOf } from '../platform/mongo.js';
import type { ImageBytes, Variant, Variants } from './image-bytes.js';

type Stored = { _id: string } & Partial<Record<Variant, mongo.Binary>>;

/** Keeps the bytes in the document of their image: nothing else to run, and one backup. */
export class DocumentBytes implements ImageBytes {
  private readonly documents: mongo.Collection<Stored>;

  constructor(connection: Connection) {
    this.documents = collectionOf<Stored>(connection, 'images');
  }

  async put(id: string, { full, thumb }: Variants): Promise<void> {
    const $set = { full: new mongoose.mongo.Binary(full), thumb: new mongoose.mongo.Binary(thumb) };
    await this.documents.updateOne({ _id: id }, { $set }, { upsert: true });
  }

  async get(id: string, variant: Variant): Promise<Buffer | null> {
    const found = await this.documents.findOne({ _id: id }, { projection: { [variant]: 1 } });
    const bytes = found?.[variant];
    if (!bytes) return null;
    const { buffer, position } = bytes;
    return Buffer.from(buffer.buffer, buffer.byteOffset, position);
  }

  async remove(id: string): Promise<void> {
    await this.documents.updateOne({ _id: id }, { $unset: { full: 1, thumb: 1 } });
  }
}
