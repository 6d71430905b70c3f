import type { FanOut } from '../platform/fan-out.js';
import { presentNotification } from './notification.presenter.js';
import type { Notification, NotificationStore } from './notification.store.js';

export type TellNotifications = (all: readonly Notification[]) => Promise<void>;

/** Puts notifications into the inboxes of their people, and tells connected devices of those that are new and unread. */
export const createTellNotifications =
  (deps: { notifications: NotificationStore; fanOut: FanOut }): TellNotifications =>
  async (all) => {
    for (const one of await deps.notifications.add(all))
      if (!one.read)
        deps.fanOut.toUser(one.userId, 'notification:new', presentNotification(one, 0));
  };
