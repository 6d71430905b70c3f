import type { RowPositions } from '../conversations/index.js';
import type { ListingStore } from '../listings/index.js';
import { isNewsPlace, newsOf, type NewsEntry } from './news.js';
import type { NotificationStore } from './notification.store.js';

/** News that somebody has not read yet, with a row as entries of conversations have one. */
export interface HeardNews {
  entry: NewsEntry;
  row: RowPositions;
}

/** Whoever hears of a listing has no conversation about it, so nothing of one. */
export const rowOfNews = (sellerId: string): RowPositions => ({
  otherId: sellerId,
  lastSeq: 0,
  shownSeq: 0,
  deliveredSeq: 0,
  readSeq: 0,
  muted: false,
  left: false,
});

/** Reads news by person and place: only what is unread, of listings that are still to be seen. */
export const createReadNews =
  (deps: { notifications: NotificationStore; listings: Pick<ListingStore, 'getMany'> }) =>
  async (
    keys: readonly { userId: string; conversationId: string; seq: number }[],
  ): Promise<(userId: string, conversationId: string, seq: number) => HeardNews | undefined> => {
    const found = await deps.notifications.unreadAt(
      keys.filter(({ conversationId }) => isNewsPlace(conversationId)),
    );
    const listings = await deps.listings.getMany(found.flatMap(({ listingId = [] }) => listingId));
    const heard = new Map<string, HeardNews>();
    for (const one of found) {
      const listing = listings.get(one.listingId ?? '');
      const entry = listing?.isVisibleTo(one.userId) && newsOf(one, listing.title);
      if (entry)
        heard.set(keyOf(one.userId, one.conversationId, one.seq), {
          entry,
          row: rowOfNews(entry.sellerId),
        });
    }
    return (...key) => heard.get(keyOf(...key));
  };

const keyOf = (userId: string, conversationId: string, seq: number) =>
  `${userId}:${conversationId}:${seq}`;
