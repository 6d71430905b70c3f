import { shownStates } from '../domain/listing-access.js';
import type { Listing, ListingSnapshot } from '../domain/listing.js';
import { isPriceCut } from '../domain/listing-news.js';
import { meets, saying, tokensMeeting } from '../domain/wanted.js';
import type { PendingNews } from '../listings/index.js';
import { groupBy } from '../platform/group-by.js';
import type { AlertContext } from './alert-context.js';

/** People who are told the same of a listing. */
export interface Hearing {
  userIds: string[];
  /** Key of the words, and what goes into them beside names and price. */
  template: 'listing.matched' | 'listing.found' | 'listing.followed' | 'listing.priceCut';
  params: Record<string, string | number>;
}

/** Some of those who hear of a piece of news. */
export interface HearersPage {
  hearings: Hearing[];
  /** From where the next page is read, also by another worker; null: nobody is left. */
  next: string | null;
  /** Called once all of the page are told. */
  told: () => Promise<void>;
}

/** Of those who wait, so many are looked at for one page. */
const pageSize = 500;

const nothingToNote = () => Promise.resolve();
const nobody: HearersPage = { hearings: [], next: null, told: nothingToNote };

/**
 * Who is to hear of a piece of news, page by page in a lasting order; `from`: what the page before said, undefined for
 * the first. Asked again for the same page, the same people: those who waited when it happened. Whoever stands on
 * several pages is told by the first of them. Nobody, when it is not news any more: the listing is out of sight, or its
 * price went up again.
 */
export const createHearers =
  (context: AlertContext) =>
  async (piece: PendingNews, listing: Listing, from?: string): Promise<HearersPage> => {
    const is = listing.snapshot();
    if (piece.kind === 'priceCut')
      return listing.isOnSale ? favouringIt(context, is, piece, placeOf(from)?.[1]) : nobody;
    if (!(shownStates as readonly string[]).includes(is.state)) return nobody;
    const [of, ...after] = placeOf(from) ?? ['alerts'];
    return of === 'followers'
      ? following(context, is, piece, after[0])
      : waiting(context, is, piece, after as [string, string] | []);
  };

/** Where a page begins: whom it is read from, and behind whom. */
const placeOf = (from: string | undefined) =>
  from === undefined ? undefined : (JSON.parse(from) as [of: string, ...after: string[]]);

const at = (of: 'alerts' | 'followers' | 'favourites', ...after: string[]) =>
  JSON.stringify([of, ...after]);

/** Who waits for one of its words, its place or its category. A keyword says more than a saved search. */
async function waiting(
  { alerts }: AlertContext,
  is: ListingSnapshot,
  piece: PendingNews,
  after: [token: string, id: string] | [],
): Promise<HearersPage> {
  const says = saying(is);
  const { found, last } = await alerts.waitingUnder(
    tokensMeeting(is),
    pageSize,
    after.length > 0 ? (after as [string, string]) : null,
  );
  const met = found.filter(
    (one) => one.userId !== is.sellerId && one.createdAt <= piece.at && meets(one, is, says),
  );
  const heard = new Set<string>();
  const each = (kind: 'keyword' | 'search') =>
    met.filter((one) => one.kind === kind && !heard.has(one.userId) && heard.add(one.userId));
  const byKeyword = groupBy(each('keyword'), ({ q }) => q ?? '');
  const hearings: Hearing[] = [...byKeyword].map(([keyword, alike]) => ({
    userIds: alike.map(({ userId }) => userId),
    template: 'listing.matched',
    params: { keyword },
  }));
  const bySearch = each('search').map(({ userId }) => userId);
  if (bySearch.length > 0)
    hearings.push({ userIds: bySearch, template: 'listing.found', params: {} });
  return { hearings, next: last ? at('alerts', ...last) : at('followers'), told: nothingToNote };
}

async function following(
  { following: store }: AlertContext,
  { sellerId }: ListingSnapshot,
  piece: PendingNews,
  after: string | undefined,
): Promise<HearersPage> {
  const userIds = await store.followersOf(sellerId, piece.at, pageSize, after);
  const last = userIds.length === pageSize ? userIds.at(-1) : undefined;
  return {
    hearings: userIds.length > 0 ? [{ userIds, template: 'listing.followed', params: {} }] : [],
    next: last === undefined ? null : at('followers', last),
    told: nothingToNote,
  };
}

/** Whoever has it among the favourites and knows a price that was so much higher. */
async function favouringIt(
  { favourites }: AlertContext,
  { id, price }: ListingSnapshot,
  piece: PendingNews & { kind: 'priceCut' },
  after: string | undefined,
): Promise<HearersPage> {
  const cut = { at: piece.at, price };
  const found = await favourites.waitingForCut(id, cut, pageSize, after);
  const last = found.length === pageSize ? found.at(-1) : undefined;
  // Those of the first days do not say what they knew.
  const met = found.filter((one) => isPriceCut(one.price ?? piece.before, price));
  const hearings = [...groupBy(met, (one) => one.price ?? piece.before)].map(
    ([before, alike]): Hearing => ({
      userIds: alike.map(({ userId }) => userId),
      template: 'listing.priceCut',
      params: { before },
    }),
  );
  return {
    hearings,
    next: last === undefined ? null : at('favourites', last.id),
    told: () =>
      favourites.toldOfCut(
        met.map((one) => one.id),
        cut,
      ),
  };
}
