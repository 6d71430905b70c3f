import { z } from 'zod';
import { PageQuery, page } from '../primitives.js';
import * as request from '../requests.js';
import * as view from '../views.js';
import { endpointsOf } from './endpoint.js';

const me = endpointsOf('me');

/** How one wants to be told, and what there was to tell. */
export const notificationEndpoints = {
  getNotificationSettings: me.get('/me/notification-settings', {
    summary: 'How one is told: categories, quiet hours, previews',
    reply: view.NotificationSettings,
    etag: true,
  }),
  changeNotificationSettings: me.patch('/me/notification-settings', {
    summary: 'Change how one is told; If-Match guards against a stale copy',
    body: request.ChangeNotificationSettings,
    reply: view.NotificationSettings,
    errors: ['VERSION_CONFLICT'],
    etag: true,
  }),
  listNotifications: me.get('/me/notifications', {
    summary: 'What there was to tell beside messages, newest first; kept for 90 days',
    description:
      'Nothing of people whom a block keeps apart, and of listings that are out of sight. Where much is left out, a page ' +
      'is shorter than `limit`, or empty, while `nextCursor` says that more may follow.',
    query: z.strictObject(PageQuery),
    reply: page(view.Notification),
  }),
  readNotifications: me.put('/me/notifications/read', {
    summary: 'Mark what was seen as read',
    body: request.ReadNotifications,
    reply: view.UnreadNotifications,
  }),
} as const;
