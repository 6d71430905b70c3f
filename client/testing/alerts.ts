import { Refusal } from '../../src/contract/errors.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { view } from '../../src/contract/index.js';
import { conversationIdOf } from '../../src/domain/ids.js';
import type { Listing } from '../../src/domain/listing.js';
import { isPriceCut } from '../../src/domain/listing-news.js';
import { fallbackOfNews } from '../../src/domain/news-fallback.js';
import {
  meets,
  mustHaveRoom,
  tokensToKeep,
  type AlertKind,
  type Wanted,
} from '../../src/domain/wanted.js';
import { presentKeywordAlert, presentSavedSearch, wantedBy } from '../../src/domain/wanted-view.js';
import type { Caller, Route, StoredNews, World } from './world.js';

function keep({ world, userId }: Caller, kind: AlertKind, wanted: Wanted) {
  tokensToKeep(kind, wanted);
  const own = ofPerson(world, userId, kind);
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

const ofPerson = (world: World, userId: string, kind: AlertKind) =>
  world.state.alerts.filter((one) => one.userId === userId && one.kind === kind);

const remove =
  (kind: AlertKind) =>
  ({ world, userId }: Caller, { id }: { id: string }) => {
    world.state.alerts = world.state.alerts.filter(
      (one) => one.id !== id || one.userId !== userId || one.kind !== kind,
    );
  };

export const addKeywordAlert: Route<'addKeywordAlert'> = (me, { keyword, ...asked }) => {
  const { alert, duplicate } = keep(me, 'keyword', wantedBy({ q: keyword, ...asked }));
  return { ...presentKeywordAlert(alert), duplicate };
};

export const addSavedSearch: Route<'addSavedSearch'> = (me, asked) => {
  const { alert, duplicate } = keep(me, 'search', wantedBy(asked));
  return { ...presentSavedSearch(alert), duplicate };
};

/** The newest first. */
export const listKeywordAlerts = ({ world, userId }: Caller) =>
  ofPerson(world, userId, 'keyword').map(presentKeywordAlert).reverse();
export const listSavedSearches = ({ world, userId }: Caller) =>
  ofPerson(world, userId, 'search').map(presentSavedSearch).reverse();
export const removeKeywordAlert = remove('keyword');
export const removeSavedSearch = remove('search');

export const followUser: Route<'followUser'> = ({ world, userId }, { userId: sellerId }) => {
  if (sellerId === userId) throw new Refusal('FORBIDDEN', 'This is you');
  if (!world.state.accounts[sellerId] || world.apartFrom(userId).has(sellerId))
    throw new Refusal('NOT_FOUND', 'No such person');
  const { following } = world.state;
  const known = following.find((one) => one.userId === userId && one.sellerId === sellerId);
  const added = known ?? { userId, sellerId, createdAt: world.now().toISOString() };
  if (!known) following.push(added);
  return { user: world.user(sellerId), createdAt: added.createdAt };
};

export const unfollowUser: Route<'unfollowUser'> = ({ world, userId }, { userId: sellerId }) => {
  const { following } = world.state;
  world.state.following = following.filter(
    (one) => one.userId !== userId || one.sellerId !== sellerId,
  );
};

/** The last followed first. */
export const listFollowing = ({ world, userId }: Caller) =>
  world.state.following
    .filter((one) => one.userId === userId && !world.apartFrom(userId).has(one.sellerId))
    .map(({ sellerId, createdAt }) => ({ user: world.user(sellerId), createdAt }))
    .reverse();

/** The newest first, without what is seen no more. */
export const listNotifications = (me: Caller) => seenBy(me).reverse();

export const readNotifications: Route<'readNotifications'> = (me, { upTo }) => {
  const own = me.world.state.news.filter(({ userId }) => userId === me.userId);
  const last = own.findIndex(({ id }) => id === upTo);
  for (const one of own.slice(0, last + 1)) one.read = true;
  return { unread: seenBy(me).filter(({ read }) => !read).length };
};

/** Of listings that can be seen, from nobody behind a block, with today's titles and names. */
const seenBy = ({ world, userId }: Caller): StoredNews[] =>
  world.state.news.flatMap((one) => {
    if (one.userId !== userId) return [];
    const listing = world.get('listings', one.listingId);
    if (!listing?.isVisibleTo(userId) || world.apartFrom(userId).has(listing.sellerId)) return [];
    const params = { ...one.params, title: listing.title };
    if ('name' in params) params.name = world.user(listing.sellerId).nickname;
    return [{ ...one, params, fallbackText: fallbackOfNews(one.template, params) }];
  });

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
  for (const { userId, sellerId } of following)
    if (sellerId === listing.sellerId) tell(userId, 'listing.followed', { name });
}

function tellCut(world: World, listing: Listing, id: string): void {
  const lately = world.now().getTime() - tradeLimits.priceCutHours * 3_600_000;
  for (const one of world.state.favourites) {
    if (one.listingId !== listing.id || (one.cutToldAt ?? -Infinity) > lately) continue;
    const { userId, price: before } = one;
    if (!isPriceCut(before, listing.price)) continue;
    one.cutToldAt = world.now().getTime();
    one.price = listing.price;
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
    fallbackText: fallbackOfNews(template, params),
    read: false,
    createdAt: world.now().toISOString(),
  };
  world.state.news.push({ ...notification, userId, listingId: listing.id });
  for (const socket of world.socketsOf(userId)) socket.hear('notification:new', notification);
}
