import type { InboxStore } from '../conversations/index.js';
import type { NewestUnread, NotificationStore } from './notification.store.js';

export type UnreadNotifications = (userIds: readonly string[]) => Promise<Map<string, Set<string>>>;

/**
 * The conversations about which each of these people has unread notifications. A notification whose entry was read in
 * its conversation is marked as read here, so that it is not checked again.
 */
export const createUnreadNotifications =
  (deps: { notifications: NotificationStore; inbox: InboxStore }): UnreadNotifications =>
  async (userIds) => {
    const unread = new Map(userIds.map((id) => [id, new Set<string>()]));
    const newest = await deps.notifications.newestUnread([...unread.keys()]);
    if (newest.length === 0) return unread;
    const rows = await deps.inbox.positionsOf(newest);
    const read: NewestUnread[] = [];
    for (const { userId, conversationId, seq } of newest) {
      const readSeq = rows.get(userId, conversationId)?.readSeq ?? 0;
      if (readSeq >= seq) read.push({ userId, conversationId, seq: readSeq });
      else unread.get(userId)!.add(conversationId);
    }
    await deps.notifications.readIn(read);
    return unread;
  };
