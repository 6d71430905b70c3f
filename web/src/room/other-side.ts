import type { Conversation, OfferSide, User } from '../../../client/index.js';

/** Which of the two sides somebody is. */
export const sideOf = (conversation: Conversation, userId: string): OfferSide =>
  conversation.buyer.id === userId ? 'buyer' : 'seller';

/** The person one talks to. */
export const otherSide = (conversation: Conversation, userId: string): User =>
  conversation.buyer.id === userId ? conversation.seller : conversation.buyer;
