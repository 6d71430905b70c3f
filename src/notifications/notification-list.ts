import { z } from 'zod';
import type { request, view } from '../contract/index.js';
import type { InboxStore } from '../conversations/index.js';
import { conversationIdOf } from '../domain/ids.js';
import type { Listing } from '../domain/listing.js';
import type { ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { FanOut } from '../platform/fan-out.js';
import { groupBy } from '../platform/group-by.js';
import { decodeCursor, encodeCursor } from '../platform/pages.js';
import type { BlockStore, UserStore } from '../users/index.js';
import { namesSeller, wordsNow } from './news.js';
import type { NewestUnread, Notification, NotificationStore, Place } from './notification.store.js';

const CursorId = z.string().max(64);

/**
 * Notifications that are read for a page behind those that would fill it, all at once: of hundreds that are out of sight
 * the rest is for the next page, so that a page takes few trips to the database, whoever is blocked.
 */
const readBehind = 500;
/** Unread ones that are counted, the newest: nobody reads a greater number. */
const countedMost = 1_000;
/** Unread conversations and listings that a badge counts, the newest of each person. */
const badgeMost = 100;

/** What is known of places of notifications. */
interface Found {
  /** What it tells of can be seen: nothing of a block's other side, and no listing that is out of sight. */
  isSeen: (place: Place) => boolean;
  /** How far the person has read there. */
  readSeq: (place: Place) => number;
  listing: (place: Place) => Listing | undefined;
}

/**
 * The list of what there was to tell each person, and how far they have seen it. What is in sight is found at each look,
 * for page, number and badge alike, since a block or a listing may come and go.
 */
export class NotificationList {
  constructor(
    private readonly deps: {
      notifications: NotificationStore;
      inbox: InboxStore;
      listings: Pick<ListingStore, 'getMany'>;
      users: Pick<UserStore, 'profilesOf'>;
      blocks: Pick<BlockStore, 'between'>;
      fanOut: FanOut;
    },
  ) {}

  /** Adds to the lists of their people, and tells connected devices of those that are new and unread. */
  async add(all: readonly Notification[]): Promise<void> {
    const fresh = (await this.deps.notifications.add(all)).filter(({ read }) => !read);
    const shown = await this.present(fresh);
    fresh.forEach(({ userId }, at) => {
      const one = shown[at];
      if (one) this.deps.fanOut.toUser(userId, 'notification:new', one);
    });
  }

  /** May be short of the limit, or empty, before the end: only `nextCursor` says that nothing follows. */
  async page(
    { userId }: Actor,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: view.Notification[]; nextCursor: string | null }> {
    const scope = ['notifications', userId];
    let from = query.cursor === undefined ? null : decodeCursor(scope, query.cursor, CursorId);
    const items: view.Notification[] = [];
    // One more says whether there is a next page.
    for (const most of [query.limit + 1, readBehind]) {
      const found = await this.deps.notifications.page(userId, most, from);
      const shown = await this.present(found);
      let at = 0;
      for (; at < found.length && items.length < query.limit; at += 1) {
        const one = shown[at];
        if (one) items.push(one);
        from = found[at]!.entryId;
      }
      if (at === found.length && found.length < most) return { items, nextCursor: null };
      if (items.length === query.limit) break;
    }
    return { items, nextCursor: encodeCursor(scope, from) };
  }

  /** Again, or with an older one, it changes nothing more. */
  async read(
    { userId }: Actor,
    { upTo }: request.ReadNotifications,
  ): Promise<view.UnreadNotifications> {
    await this.deps.notifications.readUpTo(userId, upTo);
    // Marks what was read in conversations.
    await this.unread([userId]);
    const unread = await this.deps.notifications.unreadOf(userId, countedMost);
    const { isSeen, readSeq } = await this.look(unread);
    return { unread: unread.filter((one) => isSeen(one) && readSeq(one) < one.seq).length };
  }

  /**
   * The conversations, and the places of listings' news, about which each of these people has unread notifications. A
   * notification whose entry was read in its conversation is marked as read here, so that it is not checked again.
   */
  async unread(userIds: readonly string[]): Promise<Map<string, Set<string>>> {
    const { notifications } = this.deps;
    const unread = new Map(userIds.map((id) => [id, new Set<string>()]));
    const all = await notifications.newestUnread([...unread.keys()]);
    const newest = [...groupBy(all, ({ userId }) => userId).values()].flatMap(newestOf);
    if (newest.length === 0) return unread;
    const { isSeen, readSeq } = await this.look(newest);
    const read: Place[] = [];
    for (const one of newest) {
      const seq = readSeq(one);
      if (seq >= one.seq) read.push({ ...one, seq });
      else if (isSeen(one)) unread.get(one.userId)!.add(one.conversationId);
    }
    await notifications.readIn(read);
    return unread;
  }

  private async look(places: readonly Place[]): Promise<Found> {
    const { inbox, listings, blocks } = this.deps;
    const [rows, known] = await Promise.all([
      inbox.positionsOf(places.filter(({ listingId }) => listingId === undefined)),
      listings.getMany(places.flatMap(({ listingId = [] }) => listingId)),
    ]);
    const rowOf = ({ userId, conversationId }: Place) => rows.get(userId, conversationId);
    const otherOf = (one: Place) => one.sellerId ?? rowOf(one)?.otherId;
    const pairs = places.flatMap((one) => {
      const other = otherOf(one);
      return other === undefined ? [] : [[one.userId, other] as const];
    });
    const apart = await blocks.between(pairs);
    return {
      isSeen: (one) => {
        const { userId, listingId } = one;
        const other = otherOf(one);
        if (other !== undefined && apart(userId, other)) return false;
        return listingId === undefined || (known.get(listingId)?.isVisibleTo(userId) ?? false);
      },
      readSeq: (one) => rowOf(one)?.readSeq ?? 0,
      listing: ({ listingId }) => (listingId === undefined ? undefined : known.get(listingId)),
    };
  }

  /** In their order; undefined for what is out of sight. */
  private async present(all: readonly Notification[]): Promise<(view.Notification | undefined)[]> {
    if (all.length === 0) return [];
    const { isSeen, readSeq, listing } = await this.look(all);
    const named = all.filter(namesSeller).flatMap(({ sellerId = [] }) => sellerId);
    const people = named.length > 0 ? await this.deps.users.profilesOf(named) : undefined;
    return all.map((one) => {
      if (!isSeen(one)) return undefined;
      const of = listing(one);
      const name = namesSeller(one) ? people?.get(one.sellerId ?? '')?.nickname : undefined;
      return presentOne(
        of ? { ...one, ...wordsNow(one, { title: of.title, name }) } : one,
        readSeq(one),
      );
    });
  }
}

const newestOf = (unread: NewestUnread[]): NewestUnread[] =>
  unread.length <= badgeMost
    ? unread
    : unread.sort((one, other) => (one.entryId < other.entryId ? 1 : -1)).slice(0, badgeMost);

/** `readSeq`: how far the person has read the conversation. */
const presentOne = (
  { entryId: id, conversationId, seq, listingId, ...rest }: Notification,
  readSeq: number,
): view.Notification => ({
  id,
  category: rest.category,
  template: rest.template,
  params: rest.params,
  // Clients of the version before know conversations alone, and find the way from there.
  ...(listingId === undefined
    ? { conversationId, seq }
    : { conversationId: conversationIdOf(listingId, rest.userId), seq: 1, listingId }),
  fallbackText: rest.fallbackText,
  ...(rest.fallbackTexts ? { fallbackTexts: rest.fallbackTexts } : {}),
  read: rest.read || readSeq >= seq,
  createdAt: rest.createdAt.toISOString(),
});
