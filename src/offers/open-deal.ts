import type { ClientSession } from 'mongoose';

/** What the two agreed on. */
export interface Agreement {
  id: string;
  listingId: string;
  /** null: the seller chose the buyer without an offer. */
  offerId: string | null;
  conversationId: string;
  buyerId: string;
  sellerId: string;
  amount: number;
  currency: 'KRW';
  state: 'open';
  createdAt: Date;
}

/** How a deal is opened, inside the transaction that agreed on it. Deals know offers, so this comes from outside. */
export type OpenDeal = (agreement: Agreement, session: ClientSession) => Promise<void>;
