import { z } from 'zod';
import type { request, view } from '../contract/index.js';
import type { InboxStore } from '../conversations/index.js';
import { conversationIdOf } from '../domain/ids.js';
import type { ListingStore } from '../listings/index.js';
import type { Actor } from '../platform/actor.js';
import type { FanOut } from '../platform/fan-out.js';
import { decodeCursor, encodeCursor } from '../platform/pages.js';
import type { NewestUnread, Notification, NotificationStore } from './notification.store.js';

const CursorId = z.string().max(64);

/** The list of what there was to tell each person, and how far they have seen it. */
export class NotificationList {
  constructor(
    private readonly deps: {
      notifications: NotificationStore;
      inbox: InboxStore;
      listings: Pick<ListingStore, 'getMany'>;
      fanOut: FanOut;
    },
  ) {}

  /** Adds to the lists of their people, and tells connected devices of those that are new and unread. */
  async add(all: readonly Notification[]): Promise<void> {
    for (const one of await this.deps.notifications.add(all))
      if (!one.read) this.deps.fanOut.toUser(one.userId, 'notification:new', present(one, 0));
  }

  async page(
    { userId }: Actor,
    query: { limit: number; cursor?: string | undefined },
  ): Promise<{ items: view.Notification[]; nextCursor: string | null }> {
    const scope = ['notifications', userId];
    const after = query.cursor === undefined ? null : decodeCursor(scope, query.cursor, CursorId);
    const found = await this.deps.notifications.page(userId, query.limit + 1, after);
    const shown = found.slice(0, query.limit);
    const [rows, listings] = await Promise.all([
      this.deps.inbox.positionsOf(shown),
      this.deps.listings.getMany(shown.flatMap(({ listingId = [] }) => listingId)),
    ]);
    const last = shown.at(-1);
    // What is removed, hidden or blinded is in no list.
    const seen = shown.filter(
      ({ listingId }) => listingId === undefined || listings.get(listingId)?.isVisibleTo(userId),
    );
    return {
      items: seen.map((one) => present(one, rows.get(userId, one.conversationId)?.readSeq ?? 0)),
      nextCursor: found.length > query.limit && last ? encodeCursor(scope, last.entryId) : null,
    };
  }

  /** Again, or with an older one, it changes nothing more. */
  async read(
    { userId }: Actor,
    { upTo }: request.ReadNotifications,
  ): Promise<view.UnreadNotifications> {
    await this.deps.notifications.readUpTo(userId, upTo);
    // Marks what was read in conversations.
    await this.unread([userId]);
    return { unread: await this.deps.notifications.countUnread(userId) };
  }

  /**
   * The conversations about which each of these people has unread notifications. A notification whose entry was read in
   * its conversation is marked as read here, so that it is not checked again.
   */
  async unread(userIds: readonly string[]): Promise<Map<string, Set<string>>> {
    const { notifications, inbox } = this.deps;
    const unread = new Map(userIds.map((id) => [id, new Set<string>()]));
    const newest = await notifications.newestUnread([...unread.keys()]);
    if (newest.length === 0) return unread;
    const rows = await inbox.positionsOf(newest);
    const read: NewestUnread[] = [];
    for (const { userId, conversationId, seq } of newest) {
      const readSeq = rows.get(userId, conversationId)?.readSeq ?? 0;
      if (readSeq >= seq) read.push({ userId, conversationId, seq: readSeq });
      else unread.get(userId)!.add(conversationId);
    }
    await notifications.readIn(read);
    return unread;
  }
}

/** `readSeq`: how far the person has read the conversation. */
const present = (
  {
    entryId: id,
    category,
    template,
    params,
    conversationId,
    seq,
    listingId,
    ...rest
  }: Notification,
  readSeq: number,
): view.Notification => ({
  id,
  category,
  template,
  params,
  // Clients of the version before know conversations alone, and find the way from there.
  ...(listingId === undefined
    ? { conversationId, seq }
    : { conversationId: conversationIdOf(listingId, rest.userId), seq: 1, listingId }),
  fallbackText: rest.fallbackText,
  read: rest.read || readSeq >= seq,
  createdAt: rest.createdAt.toISOString(),
});
