import type { ClientSession, Connection } from 'mongoose';
import type { StoredImage } from '../domain/image.js';
import { documentsOf } from '../platform/mongo.js';
import { Store } from '../platform/store.js';
import { inTransaction } from '../platform/transaction.js';

/** The two sizes that are stored and served. */
export type Variant = 'full' | 'thumb';

export interface NewImage extends Required<StoredImage> {
  ownerId: string;
  /** WebP, both far below what a document may hold. */
  full: Buffer;
  thumb: Buffer;
  createdAt: Date;
  /** When it is deleted, unless something uses it. */
  expiresAt: Date;
}

type ImageDocument = Omit<NewImage, 'id' | 'expiresAt' | 'thumbhash' | 'hash'> & {
  /** The oldest have neither. */
  thumbhash?: string;
  hash?: string;
  _id: string;
  /** The one message or listing that carries it, by a name that the shelf gives it. */
  usedBy: string | null;
  withdrawnAt: Date | null;
  expiresAt?: Date;
};

/** How the name of a listing begins that carries an image. */
export const inListing = 'listing:';

const schema = documentsOf<ImageDocument>('images');
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** The images and their bytes: the only file to change when they move to an object store. */
export class ImageStore extends Store<ImageDocument> {
  constructor(private readonly connection: Connection) {
    super(connection, schema);
  }

  async add({ id, ...image }: NewImage): Promise<void> {
    await this.documents.create({ _id: id, ...image, usedBy: null, withdrawnAt: null });
  }

  /** A variant, and what says how long copies of it may live; null when there is no such image, or no longer. */
  async read(
    id: string,
    variant: Variant,
  ): Promise<{ bytes: Buffer; hash: string | undefined; inListing: boolean } | null> {
    const found = await this.documents
      .findOne({ _id: id, withdrawnAt: null }, { [variant]: 1, hash: 1, usedBy: 1 })
      .lean<
        Pick<ImageDocument, 'hash' | 'usedBy'> &
          Record<Variant, { buffer: Uint8Array; position: number }>
      >();
    if (!found) return null;
    const { hash, usedBy } = found;
    const { buffer, position } = found[variant];
    const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, position);
    return { bytes, hash, inListing: usedBy?.startsWith(inListing) ?? false };
  }

  /** {@link attachIn} in a transaction of its own. */
  async attach(
    ids: string[],
    ownerId: string,
    usedBy: string,
    expiresAt: Date,
  ): Promise<StoredImage[] | null> {
    return inTransaction(this.connection, (session) =>
      this.attachIn(session, ids, ownerId, usedBy, expiresAt),
    );
  }

  /**
   * Gives images of one owner to one user of them, all or none: null when one of them is not there, somebody else's, or
   * used by another. They are deleted at `expiresAt` unless they are kept; without it they are kept. Giving them to the
   * same one again changes nothing.
   */
  async attachIn(
    session: ClientSession,
    ids: string[],
    ownerId: string,
    usedBy: string,
    expiresAt?: Date,
  ): Promise<StoredImage[] | null> {
    const usable = {
      _id: { $in: ids },
      ownerId,
      withdrawnAt: null,
      usedBy: { $in: [null, usedBy] },
    };
    const found = await this.documents
      .find(usable, { width: 1, height: 1, thumbhash: 1, hash: 1 })
      .session(session)
      .lean<ImageDocument[]>();
    if (found.length < ids.length) return null;
    await this.documents.updateMany(
      { ...usable, usedBy: null },
      expiresAt ? { $set: { usedBy, expiresAt } } : { $set: { usedBy }, $unset: { expiresAt: 1 } },
      { session },
    );
    return found.map(({ _id, width, height, thumbhash, hash }) => ({
      id: _id,
      width,
      height,
      ...(thumbhash === undefined ? {} : { thumbhash }),
      ...(hash === undefined ? {} : { hash }),
    }));
  }

  /** Their message is stored, so they stay as long as it does. */
  async keep(ids: string[], usedBy: string): Promise<void> {
    await this.documents.updateMany(
      { _id: { $in: ids }, usedBy, withdrawnAt: null },
      { $unset: { expiresAt: 1 } },
    );
  }

  /** Their message was refused, so another one may use them. */
  async release(ids: string[], usedBy: string): Promise<void> {
    await this.documents.updateMany(
      { _id: { $in: ids }, usedBy, expiresAt: { $exists: true }, withdrawnAt: null },
      { $set: { usedBy: null } },
    );
  }

  /** Makes images unreadable; the bytes stay until `expiresAt`. Images withdrawn before keep their date. */
  async withdraw(
    ids: string[],
    withdrawnAt: Date,
    expiresAt: Date,
    session?: ClientSession,
  ): Promise<void> {
    await this.documents.updateMany(
      { _id: { $in: ids }, withdrawnAt: null },
      { $set: { withdrawnAt, expiresAt } },
      session ? { session } : {},
    );
  }
}
