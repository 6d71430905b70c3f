import type { ClientSession } from 'mongoose';
import { invalid, limits } from '../contract/index.js';
import type { StoredImage } from '../domain/image.js';
import type { Clock } from '../platform/clock.js';
import { asAvatar, inListing, type ImageStore } from './image.store.js';

/** The message that an image is for, named by what its sender's device made once. */
export interface ImageUse {
  ownerId: string;
  conversationId: string;
  clientMessageId: string;
}

/** Where messages and listings take their images from, and give them back. */
export class ImageShelf {
  constructor(private readonly deps: { images: ImageStore; clock: Clock }) {}

  /**
   * Gives images to a message, for `limits.imageUnusedHours` until it is written; answers in the order of `ids`. An
   * image belongs to one message, so the same call again gets the same answer. Throws VALIDATION_FAILED, and has then changed nothing, when
   * an image is not there, not the sender's, or another message's: which of these is not said.
   */
  async attach(ids: string[], use: ImageUse): Promise<StoredImage[]> {
    const life = limits.imageUnusedHours * 3_600_000;
    const expiresAt = new Date(this.deps.clock().getTime() + life);
    const given = await this.deps.images.attach(ids, use.ownerId, nameOf(use), expiresAt);
    // What a message shows may be taken back, so its addresses are not to be kept for good.
    return inOrder(ids, given, 'message').map(({ hash: _hash, ...image }) => image);
  }

  /**
   * Gives images to a listing for good, inside the transaction that writes it; those that it has already stay. Answers
   * in the order of `ids`. Throws VALIDATION_FAILED as {@link attach} does.
   */
  async attachToListing(
    ids: string[],
    { listingId, ownerId }: { listingId: string; ownerId: string },
    session: ClientSession,
  ): Promise<StoredImage[]> {
    const given = await this.deps.images.attachIn(
      session,
      ids,
      ownerId,
      `${inListing}${listingId}`,
    );
    return inOrder(ids, given, 'listing');
  }

  /** Gives an image to its owner as their picture, for good. Throws VALIDATION_FAILED as {@link attach} does. */
  async attachAvatar(id: string, ownerId: string, session: ClientSession): Promise<StoredImage> {
    const use = `${asAvatar}${ownerId}`;
    const given = await this.deps.images.attachIn(session, [id], ownerId, use);
    if (!given?.[0]) throw invalid('imageId', 'names an image that cannot be used');
    return given[0];
  }

  /** The message is written: its images live as long as it does. Again changes nothing. */
  async keep(ids: string[], use: Omit<ImageUse, 'ownerId'>): Promise<void> {
    await this.deps.images.keep(ids, nameOf(use));
  }

  /** The message was refused: another one may use what it was given and no message keeps. Their life goes on. */
  async release(ids: string[], use: Omit<ImageUse, 'ownerId'>): Promise<void> {
    await this.deps.images.release(ids, nameOf(use));
  }

  /**
   * From now on they are not found. The bytes stay for moderators for `limits.originalDays`, counted from the first
   * time this was said.
   */
  async withdraw(ids: string[], session?: ClientSession): Promise<void> {
    const now = this.deps.clock();
    const expiresAt = new Date(now.getTime() + limits.originalDays * 24 * 3_600_000);
    await this.deps.images.withdraw(ids, now, expiresAt, session);
  }
}

function inOrder(ids: string[], given: StoredImage[] | null, user: string): StoredImage[] {
  const byId = new Map(given?.map((image) => [image.id, image]));
  return ids.map((id) => {
    const image = byId.get(id);
    if (image) return image;
    throw invalid('imageIds', `names an image that this ${user} cannot use`);
  });
}

const nameOf = ({ conversationId, clientMessageId }: Omit<ImageUse, 'ownerId'>) =>
  `${conversationId}:${clientMessageId}`;
