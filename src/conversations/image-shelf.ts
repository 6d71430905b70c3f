import type { EntryImage } from './entry.js';

/** Where uploaded images wait for their message. Implemented by `media/`. */
export interface ImageShelf {
  /**
   * Gives images to a message, for good; the same message again gets the same images. Throws VALIDATION_FAILED with
   * the path `imageIds` for those that are unknown, somebody else's or given to another message.
   */
  attach(
    imageIds: string[],
    to: { ownerId: string; conversationId: string; clientMessageId: string },
  ): Promise<EntryImage[]>;
}

/** Takes images away from everybody, because their message was taken back; doing it again changes nothing. */
export type WithdrawImages = (imageIds: string[]) => Promise<void>;
