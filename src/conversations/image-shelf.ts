import type { Entry, EntryImage } from '../domain/entry.js';

/** The message that images are for, named by its client message id. */
export interface ImageMessage {
  conversationId: string;
  clientMessageId: string;
}

/** Where uploaded images wait for their message. Implemented by `media/`. */
export interface ImageShelf {
  /**
   * Gives images to a message that is about to be written; the same message gets the same images again. Images that are
   * not kept afterwards expire. Throws VALIDATION_FAILED with the path `imageIds` for images that are unknown, somebody
   * else's or given to another message.
   */
  attach(imageIds: string[], to: ImageMessage & { ownerId: string }): Promise<EntryImage[]>;
  /** The message is written, so its images stay as long as it does. Repeating changes nothing. */
  keep(imageIds: string[], of: ImageMessage): Promise<void>;
  /** The message was refused, so another one may use the images that no message keeps. */
  release(imageIds: string[], of: ImageMessage): Promise<void>;
}

/** Keeps the images of an entry as long as the entry. The command does it, and the relay again in case it died. */
export type KeepImages = (entry: Entry) => Promise<void>;

export const createKeepImages =
  (shelf: Pick<ImageShelf, 'keep'>): KeepImages =>
  async (entry) => {
    if (entry.images)
      await shelf.keep(
        entry.images.map(({ id }) => id),
        entry,
      );
  };

/** Makes images unreadable for everybody, because their message was taken back. Repeating changes nothing. */
export type WithdrawImages = (imageIds: string[]) => Promise<void>;
