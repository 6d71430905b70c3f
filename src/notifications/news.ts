import { fallbacksOfNews } from '../domain/news-fallback.js';
import type { Notification } from './notification.store.js';

/** What a notification says of a listing: the key of its words, and what goes into them beside title and names. */
export type NewsWords = Pick<Notification, 'template' | 'params'>;

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

/** The news that a notification tells of, with the title that its listing has now. */
export const newsOf = (notification: Notification, title: string): NewsEntry | null => {
  const { listingId, sellerId, entryId: id, conversationId, seq, createdAt } = notification;
  if (listingId === undefined || sellerId === undefined) return null;
  return {
    id,
    conversationId,
    seq,
    kind: 'news',
    senderId: null,
    createdAt,
    listingId,
    sellerId,
    words: wordsNow(notification, { title }),
  };
};

/** Whether its words name the seller. */
export const namesSeller = ({ template }: NewsWords): boolean => template === 'listing.followed';

/**
 * What the news say with the title and the name of today. Neither is kept in the lists of those who heard: what
 * somebody renames is renamed there, and what they delete is nowhere else. `name`: null: the seller has none any more.
 */
export function wordsNow(
  { template, params }: NewsWords,
  { title, name }: { title: string; name?: string | null | undefined },
) {
  const { name: _name, ...kept } = params;
  const shown = { ...kept, title, ...(name ? { name } : {}) };
  return { template, params: shown, ...fallbacksOfNews(template, shown) };
}
