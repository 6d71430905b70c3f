import { Refusal, type view } from '../contract/index.js';
import { conversationIdOf } from '../platform/ids.js';
import type { EntryDraft } from './entry.js';

export interface ConversationSnapshot {
  id: string;
  listingId: string;
  sellerId: string;
  buyerId: string;
  createdAt: Date;
  closedAt: Date | null;
}

/** One listing, its seller and one buyer; what happens between them is its log. */
export class Conversation {
  constructor(private readonly is: ConversationSnapshot) {}

  /** Throws FORBIDDEN for one's own listing. */
  static between(
    buyerId: string,
    listing: { id: string; sellerId: string },
    now: Date,
  ): Conversation {
    if (listing.sellerId === buyerId) throw new Refusal('FORBIDDEN', 'This is your own listing');
    return new Conversation({
      id: conversationIdOf(listing.id, buyerId),
      listingId: listing.id,
      sellerId: listing.sellerId,
      buyerId,
      createdAt: now,
      closedAt: null,
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
  get closed(): boolean {
    return this.is.closedAt !== null;
  }

  snapshot(): ConversationSnapshot {
    return { ...this.is };
  }

  has(userId: string): boolean {
    return this.people.includes(userId);
  }

  /** Whom `userId` talks to. */
  otherThan(userId: string): string {
    return userId === this.is.buyerId ? this.is.sellerId : this.is.buyerId;
  }

  sideOf(userId: string): view.OfferSide {
    return userId === this.is.buyerId ? 'buyer' : 'seller';
  }

  /** What `author` may append, ready for the log. Throws CONVERSATION_CLOSED. */
  post(authorId: string, draft: Omit<EntryDraft, 'conversationId' | 'senderId'>): EntryDraft {
    if (this.closed) throw new Refusal('CONVERSATION_CLOSED');
    return { ...draft, conversationId: this.is.id, senderId: authorId };
  }
}
