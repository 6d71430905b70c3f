import { Refusal } from '../../src/contract/errors.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { view } from '../../src/contract/index.js';
import { conversationIdOf } from '../../src/domain/ids.js';
import type { Listing } from '../../src/domain/listing.js';
import { isSeen } from '../../src/domain/listing-access.js';
import { isPriceCut } from '../../src/domain/listing-news.js';
import { fallbacksOfNews } from '../../src/domain/news-fallback.js';
import { meets, mustHaveRoom, tokensToKeep } from '../../src/domain/wanted.js';
import type { AlertKind, Wanted } from '../../src/domain/wanted.js';
import { presentKeywordAlert, presentSavedSearch, wantedBy } from '../../src/domain/wanted-view.js';
import { chosenPeople } from './people.js';
import type { Caller, Routes, StoredNews, World } from './world.js';

function keep({ world, userId }: Caller, kind: AlertKind, wanted: Wanted) {
  tokensToKeep(kind, wanted);
  const own = alertsOf(world, userId, kind);
  const known = own.find((one) => isSame(one, wanted));
  if (known) return { alert: known, duplicate: true };
  mustHaveRoom(kind, own.length);
  const alert = { id: world.nextId('alert'), userId, kind, ...wanted, createdAt: world.now() };
  world.state.alerts.push(alert);
  return { alert, duplicate: false };
}

const isSame = (kept: Wanted, wanted: Wanted): boolean =>
  (Object.keys(wanted) as (keyof Wanted)[]).every(
    (name) => JSON.stringify(kept[name]) === JSON.stringify(wanted[name]),
  );

const alertsOf = (world: World, userId: string, kind: AlertKind) =>
  world.state.alerts.filter((one) => one.userId === userId && one.kind === kind);

const remove =
  (kind: AlertKind) =>
  ({ world, userId }: Caller, { id }: { id: string }) => {
    world.state.alerts = world.state.alerts.filter(
      (one) => one.id !== id || one.userId !== userId || one.kind !== kind,
    );
  };

/** Of listings that can be seen, from nobody behind a block, with today's titles and names. */
const seenNews = ({ world, userId }: Caller): StoredNews[] =>
  world.state.news.flatMap((one) => {
    const listing = world.get('listings', one.listingId);
    if (one.userId !== userId || !isSeen(listing, userId, world.apartFrom(userId))) return [];
    const params = { ...one.params, title: listing.title };
    if ('name' in params) params.name = world.user(listing.sellerId).nickname;
    return [{ ...one, params, ...fallbacksOfNews(one.template, params) }];
  });

/** All lists have the newest first. */
export const alertRoutes: Routes = {
  addKeywordAlert: (me, { keyword, ...asked }) => {
    const { alert, duplicate } = keep(me, 'keyword', wantedBy({ q: keyword, ...asked }));
    return { ...presentKeywordAlert(alert), duplicate };
  },
  addSavedSearch: (me, asked) => {
    const { alert, duplicate } = keep(me, 'search', wantedBy(asked));
    return { ...presentSavedSearch(alert), duplicate };
  },
  listKeywordAlerts: ({ world, userId }) =>
    alertsOf(world, userId, 'keyword').map(presentKeywordAlert).reverse(),
  listSavedSearches: ({ world, userId }) =>
    alertsOf(world, userId, 'search').map(presentSavedSearch).reverse(),
  removeKeywordAlert: remove('keyword'),
  removeSavedSearch: remove('search'),

  followUser: ({ world, userId }, { userId: sellerId }) => {
    if (sellerId === userId) throw new Refusal('FORBIDDEN', 'Nobody can follow themselves');
    const user = world.seenBy(userId, sellerId);
    return { user, createdAt: world.choose('following', userId, sellerId).createdAt };
  },
  unfollowUser: ({ world, userId }, { userId: sellerId }) =>
    world.unchoose('following', userId, sellerId),
  listFollowing: ({ world, userId }) => {
    const apart = world.apartFrom(userId);
    return chosenPeople(
      world,
      world.chosen('following', userId).filter(({ of }) => !apart.has(of)),
    );
  },

  listNotifications: (me) => seenNews(me).reverse(),
  readNotifications: (me, { upTo }) => {
    const own = me.world.state.news.filter(({ userId }) => userId === me.userId);
    const last = own.findIndex(({ id }) => id === upTo);
    for (const one of own.slice(0, last + 1)) one.read = true;
    return { unread: seenNews(me).filter(({ read }) => !read).length };
  },
};

/** Tells the news of a listing that was just stored to those who wait for them, at once. */
export function tellNews(world: World, listing: Listing): void {
  for (const piece of listing.news) {
    const id = world.nextId('news');
    if (piece.kind === 'published') {
      world.state.listings[listing.id]!.unannounced = false;
      tellPublished(world, listing, id);
    } else tellCut(world, listing, id);
  }
}

function tellPublished(world: World, listing: Listing, id: string): void {
  const { alerts, following } = world.state;
  const is = listing.snapshot();
  const met = alerts.filter((one) => meets(one, is));
  const name = world.user(listing.sellerId).nickname;
  const heard = new Set<string>();
  const tell = (userId: string, template: string, params: Record<string, string>) => {
    if (!heard.has(userId)) tellOne(world, listing, { id, userId, template, params });
    heard.add(userId);
  };
  for (const { kind, userId, q } of met)
    if (kind === 'keyword') tell(userId, 'listing.matched', { keyword: q ?? '' });
  for (const { kind, userId } of met) if (kind === 'search') tell(userId, 'listing.found', {});
  for (const { by, of } of following)
    if (of === listing.sellerId) tell(by, 'listing.followed', { name });
}

function tellCut(world: World, listing: Listing, id: string): void {
  const now = world.now().getTime();
  const lately = now - tradeLimits.priceCutHours * 3_600_000;
  for (const one of world.state.favourites) {
    const { by: userId, price: before = 0 } = one;
    if (one.of !== listing.id || (one.cutToldAt ?? -Infinity) > lately) continue;
    if (!isPriceCut(before, listing.price)) continue;
    Object.assign(one, { cutToldAt: now, price: listing.price });
    tellOne(world, listing, { id, userId, template: 'listing.priceCut', params: { before } });
  }
}

function tellOne(
  world: World,
  listing: Listing,
  told: Pick<StoredNews, 'id' | 'userId' | 'template' | 'params'>,
): void {
  const { userId, template } = told;
  if (listing.isSoldBy(userId) || world.apartFrom(userId).has(listing.sellerId)) return;
  const { title, price } = listing.snapshot();
  const params = { title, price, ...told.params };
  const notification: view.Notification = {
    id: told.id,
    category: 'alert',
    template,
    params,
    conversationId: conversationIdOf(listing.id, userId),
    seq: 1,
    listingId: listing.id,
    ...fallbacksOfNews(template, params),
    read: false,
    createdAt: world.now().toISOString(),
  };
  world.state.news.push({ ...notification, userId, listingId: listing.id });
  world.tell(userId, 'notification:new', notification);
}
