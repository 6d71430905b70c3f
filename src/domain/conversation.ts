import { Refusal } from '../contract/errors.js';
import type { view } from '../contract/index.js';
import type { EntryDraft } from './entry.js';
import type { Listing } from './listing.js';

export interface ConversationSnapshot {
  id: string;
  listingId: string;
  sellerId: string;
  buyerId: string;
  createdAt: Date;
  closedAt: Date | null;
  /** Who left and has not come back. */
  leftBy: { userId: string; at: Date }[];
}

/** One listing, its seller and one buyer; what happens between them is its log. */
export class Conversation {
  /** `apart`: a block lies between the two, in whichever direction. */
  constructor(
    private readonly is: ConversationSnapshot,
    private readonly apart = false,
  ) {}

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

  get id(): string {
    return this.is.id;
  }
  get listingId(): string {
    return this.is.listingId;
  }
  get buyerId(): string {
    return this.is.buyerId;
  }
  get sellerId(): string {
    return this.is.sellerId;
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

  has(userId: string): boolean {
    return this.people.includes(userId);
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

  sideOf(userId: string): view.OfferSide {
    return userId === this.is.buyerId ? 'buyer' : 'seller';
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
