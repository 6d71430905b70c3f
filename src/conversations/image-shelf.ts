import type { Entry, EntryImage } from '../domain/entry.js';

/** The message that images are for, by what its sender's device named it. */
export interface ImageMessage {
  conversationId: string;
  clientMessageId: string;
}

/** Where uploaded images wait for their message. Implemented by `media/`. */
export interface ImageShelf {
  /**
   * Gives images to a message that is about to be written; the same message again gets the same images. Unless they
   * are kept they come to the end of their life. Throws VALIDATION_FAILED with the path `imageIds` for those that are
   * unknown, somebody else's or given to another message.
   */
  attach(imageIds: string[], to: ImageMessage & { ownerId: string }): Promise<EntryImage[]>;
  /** The message is written: they live as long as it does. Again changes nothing. */
  keep(imageIds: string[], of: ImageMessage): Promise<void>;
  /** The message was refused: another one may use them, as far as no message keeps them. */
  release(imageIds: string[], of: ImageMessage): Promise<void>;
}

/** The images of an entry stay as long as it does: its sender says so, and the relay again in case that died. */
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

/** Takes images away from everybody, because their message was taken back; doing it again changes nothing. */
export type WithdrawImages = (imageIds: string[]) => Promise<void>;
