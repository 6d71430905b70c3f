import { Refusal } from '../contract/errors.js';
import type { EntryDraft } from './entry.js';
import type { Listing } from './listing.js';
import { Parties, type PartiesSnapshot } from './parties.js';

export interface ConversationSnapshot extends PartiesSnapshot {
  createdAt: Date;
  closedAt: Date | null;
  /** Who left and has not come back. */
  leftBy: { userId: string; at: Date }[];
}

/** One listing, its seller and one buyer; what happens between them is its log. */
export class Conversation extends Parties<ConversationSnapshot> {
  /** `apart`: a block lies between the two, in whichever direction. */
  constructor(
    is: ConversationSnapshot,
    private readonly apart = false,
  ) {
    super(is);
  }

  /** Opened by a buyer. Throws FORBIDDEN for one's own listing, LISTING_UNAVAILABLE for one that nobody can have. */
  static between(
    id: string,
    buyerId: string,
    listing: Pick<Listing, 'id' | 'sellerId' | 'mayBeAskedAbout'>,
    now: Date,
  ): Conversation {
    if (listing.sellerId === buyerId) throw new Refusal('FORBIDDEN', 'This is your own listing');
    if (!listing.mayBeAskedAbout) throw new Refusal('LISTING_UNAVAILABLE');
    return new Conversation({
      id,
      listingId: listing.id,
      sellerId: listing.sellerId,
      buyerId,
      createdAt: now,
      closedAt: null,
      leftBy: [],
    });
  }

  get people(): readonly [string, string] {
    return [this.is.buyerId, this.is.sellerId];
  }
  /** For whatever reason: nobody can tell one from another, or a block would show. */
  get closed(): boolean {
    return this.apart || this.is.closedAt !== null || this.is.leftBy.length > 0;
  }

  snapshot(): ConversationSnapshot {
    return { ...this.is };
  }

  /** The same, with a block between its people. */
  heldApart(): Conversation {
    return new Conversation(this.is, true);
  }

  /** When this person left; undefined for who is there. */
  leftAt(userId: string): Date | undefined {
    return this.is.leftBy.find((one) => one.userId === userId)?.at;
  }

  /** Whom `userId` talks to. */
  otherThan(userId: string): string {
    return userId === this.is.buyerId ? this.is.sellerId : this.is.buyerId;
  }

  /** Throws CONVERSATION_CLOSED. */
  mustBeOpen(): void {
    if (this.closed) throw new Refusal('CONVERSATION_CLOSED');
  }

  /** What `author` may append, ready for the log. Throws CONVERSATION_CLOSED. */
  post(authorId: string, draft: Omit<EntryDraft, 'conversationId' | 'senderId'>): EntryDraft {
    this.mustBeOpen();
    return { ...draft, conversationId: this.is.id, senderId: authorId };
  }
}
