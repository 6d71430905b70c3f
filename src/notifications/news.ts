import type { Notification } from './notification.store.js';

/** What a notification says of a listing: the key of its words, what goes into them, and for who knows no such key. */
export interface NewsWords {
  template: string;
  params: Record<string, string | number>;
  fallbackText: string;
}

/**
 * News of a listing, as relay and push take them: like an entry of a conversation, in a place of its own, under the
 * version that made it. One piece of news reaches a person once, since decisions and deliveries are kept by place and
 * number.
 */
export interface NewsEntry {
  /** That of the news; grows with time. */
  id: string;
  conversationId: string;
  seq: number;
  kind: 'news';
  senderId: null;
  createdAt: Date;
  listingId: string;
  sellerId: string;
  words: NewsWords;
}

const prefix = 'news-';

/** Stands where the id of a conversation does, and is none. */
export const newsPlaceOf = (listingId: string): string => prefix + listingId;

export const isNewsPlace = (conversationId: string): boolean => conversationId.startsWith(prefix);

/** The news that a notification tells of. */
export const newsOf = (notification: Notification): NewsEntry | null => {
  const { listingId, sellerId, template, params, fallbackText, entryId: id } = notification;
  const { conversationId, seq, createdAt } = notification;
  if (listingId === undefined || sellerId === undefined) return null;
  const words = { template, params, fallbackText };
  return {
    id,
    conversationId,
    seq,
    kind: 'news',
    senderId: null,
    createdAt,
    listingId,
    sellerId,
    words,
  };
};
