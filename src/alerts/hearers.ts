import type { Listing, ListingSnapshot } from '../domain/listing.js';
import { isPriceCut } from '../domain/listing-news.js';
import { meets, saying, tokensMeeting } from '../domain/wanted.js';
import type { PendingNews } from '../listings/index.js';
import type { AlertContext } from './alert-context.js';

/** People who are told the same of a listing. */
export interface Hearing {
  userIds: string[];
  /** Key of the words, and what goes into them beside names and price. */
  template: 'listing.matched' | 'listing.found' | 'listing.followed' | 'listing.priceCut';
  params: Record<string, string | number>;
}

/**
 * Who is to hear of a piece of news, each person once; asked again, the same people: those who waited when it happened.
 * Nobody, when it is not news any more: the listing is not on sale, or its price went up again.
 */
export const createHearers =
  (context: AlertContext) =>
  async (piece: PendingNews, listing: Listing): Promise<Hearing[]> => {
    if (!listing.isOnSale) return [];
    const is = listing.snapshot();
    if (piece.kind === 'published') return ofPublished(context, is, piece.at);
    if (!isPriceCut(piece.before, is.price)) return [];
    const userIds = await context.favourites.toldOfCut(is.id, piece);
    return [{ userIds, template: 'listing.priceCut', params: { before: piece.before } }];
  };

/** Whoever waits for it under one of its words, by one look-up, and then who follows its seller. */
async function ofPublished(
  { alerts, following }: AlertContext,
  is: ListingSnapshot,
  at: Date,
): Promise<Hearing[]> {
  const heard = new Set([is.sellerId]);
  const byKeyword = new Map<string, string[]>();
  const says = saying(is);
  const searchers: string[] = [];
  for await (const alert of alerts.waitingUnder(tokensMeeting(is))) {
    if (heard.has(alert.userId) || alert.createdAt > at || !meets(alert, is, says)) continue;
    // A keyword says more than a saved search: searches wait for all keywords.
    if (alert.kind === 'search') {
      searchers.push(alert.userId);
      continue;
    }
    heard.add(alert.userId);
    const keyword = alert.q ?? '';
    const alike = byKeyword.get(keyword);
    if (alike) alike.push(alert.userId);
    else byKeyword.set(keyword, [alert.userId]);
  }
  const rest = (userIds: string[]) =>
    userIds.filter((userId) => !heard.has(userId) && heard.add(userId));
  const bySearch = rest(searchers);
  const followers = rest(await following.followersOf(is.sellerId, at));
  const hearings: Hearing[] = [
    ...[...byKeyword].map(([keyword, userIds]): Hearing => ({
      userIds,
      template: 'listing.matched',
      params: { keyword },
    })),
    { userIds: bySearch, template: 'listing.found', params: {} },
    { userIds: followers, template: 'listing.followed', params: {} },
  ];
  return hearings.filter(({ userIds }) => userIds.length > 0);
}
