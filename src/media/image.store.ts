import type { ClientSession, Connection, mongo } from 'mongoose';
import { Refusal } from '../contract/index.js';
import type { StoredImage } from '../domain/image.js';
import { collectionOf, documentsOf } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';
import { inTransaction } from '../platform/transaction.js';
import { DocumentBytes } from './document-bytes.js';
import type { ImageBytes, Variant, Variants } from './image-bytes.js';

/** The variants are WebP, both far below what a document may hold. */
export interface NewImage extends Required<StoredImage>, Variants {
  ownerId: string;
  createdAt: Date;
  /** When it is deleted, unless something uses it. */
  expiresAt: Date;
}

type ImageDocument = Omit<NewImage, 'id' | 'expiresAt' | 'thumbhash' | 'hash' | Variant> & {
  /** Its bytes are in the bucket, and not here. */
  inBucket?: true;
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

/** The same of a person whose picture it is. */
export const asAvatar = 'avatar:';

const schema = documentsOf<ImageDocument>('images');
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** Leftovers that one read looks for. */
const lookedAtOnce = 1_000;

/** The images. Their bytes are in the documents, or, with a bucket, those of new images are there. */
export class ImageStore extends Store<ImageDocument> {
  static readonly collections = [specOf(schema)];
  private readonly inDocuments: ImageBytes;
  /** The ids of all images that are in the bucket: it outlives the document, which leaves by itself. */
  private readonly bucketed: mongo.Collection<{ _id: string }>;

  constructor(
    private readonly connection: Connection,
    private readonly bucket?: ImageBytes,
  ) {
    super(connection, schema);
    this.inDocuments = new DocumentBytes(connection);
    this.bucketed = collectionOf(connection, 'bucketedImages');
  }

  /** What is known of it is stored first: until this returns nobody knows its id, and it leaves by itself. */
  async add({ id, full, thumb, ...image }: NewImage): Promise<void> {
    const { bucket = this.inDocuments } = this;
    const there = this.bucket ? ({ inBucket: true } as const) : {};
    await this.documents.create({ _id: id, ...image, ...there, usedBy: null, withdrawnAt: null });
    if (this.bucket) await this.bucketed.insertOne({ _id: id });
    await bucket.put(id, { full, thumb });
  }

  /** Removes from the bucket what is no longer among the images; returns how many. Any process may do it at any time. */
  async removeLeftovers(): Promise<number> {
    if (!this.bucket) return 0;
    let removed = 0;
    for (let after = ''; ;) {
      const there = await this.bucketed
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(lookedAtOnce)
        .toArray();
      const last = there.at(-1);
      if (!last) return removed;
      const ids = there.map(({ _id }) => _id);
      const found = await this.documents.find({ _id: { $in: ids } }, { _id: 1 }).lean();
      const known = new Set(found.map(({ _id }) => _id));
      for (const id of ids.filter((one) => !known.has(one))) {
        await this.bucket.remove(id);
        await this.bucketed.deleteOne({ _id: id });
        removed += 1;
      }
      after = last._id;
    }
  }

  /** A variant, and what says how long copies of it may live; null when there is no such image, or no longer. */
  async read(
    id: string,
    variant: Variant,
  ): Promise<{ bytes: Buffer; hash: string | undefined; isPublic: boolean } | null> {
    const found = await this.documents
      .findOne({ _id: id, withdrawnAt: null }, { inBucket: 1, hash: 1, usedBy: 1 })
      .lean<ImageDocument>();
    if (!found) return null;
    const { inBucket, hash, usedBy } = found;
    const place = inBucket ? this.bucket : this.inDocuments;
    if (!place)
      throw new Refusal(
        'UNAVAILABLE',
        'This image is in a bucket, and IMAGE_BUCKET_URL is not set',
      );
    const bytes = await place.get(id, variant);
    return (
      bytes && {
        bytes,
        hash,
        isPublic: [inListing, asAvatar].some((use) => usedBy?.startsWith(use)),
      }
    );
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
