import { z } from 'zod';
import type { request, view } from '../contract/index.js';
import type { InboxStore } from '../conversations/index.js';
import type { Actor } from '../platform/actor.js';
import { decodeCursor, encodeCursor } from '../platform/pages.js';
import { presentNotification } from './notification.presenter.js';
import type { NotificationStore } from './notification.store.js';
import type { UnreadNotifications } from './unread-notifications.js';

const CursorId = z.string().max(64);

/** The list of what there was to tell, and how far it was seen. */
export function createReadNotifications(deps: {
  notifications: NotificationStore;
  inbox: InboxStore;
  unread: UnreadNotifications;
}) {
  return {
    async list(
      { userId }: Actor,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<{ items: view.Notification[]; nextCursor: string | null }> {
      const scope = ['notifications', userId];
      const after = query.cursor === undefined ? null : decodeCursor(scope, query.cursor, CursorId);
      const found = await deps.notifications.page(userId, query.limit + 1, after);
      const shown = found.slice(0, query.limit);
      const rows = await deps.inbox.positionsOf(shown);
      const last = shown.at(-1);
      return {
        items: shown.map((one) =>
          presentNotification(one, rows.get(userId, one.conversationId)?.readSeq ?? 0),
        ),
        nextCursor: found.length > query.limit && last ? encodeCursor(scope, last.entryId) : null,
      };
    },

    /** Again, or with an older one, it changes nothing more. */
    async read(
      { userId }: Actor,
      { upTo }: request.ReadNotifications,
    ): Promise<view.UnreadNotifications> {
      await deps.notifications.readUpTo(userId, upTo);
      // Marks what was read in conversations.
      await deps.unread([userId]);
      return { unread: await deps.notifications.countUnread(userId) };
    },
  };
}
