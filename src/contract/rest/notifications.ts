import { z } from 'zod';
import { PageQuery, page } from '../primitives.js';
import * as request from '../requests.js';
import * as view from '../views.js';
import { endpoint } from './endpoint.js';

/** How one wants to be told, and what there was to tell. */
export const notificationEndpoints = {
  getNotificationSettings: endpoint({
    method: 'get',
    path: '/me/notification-settings',
    tag: 'me',
    summary: 'How one is told: categories, quiet hours, previews',
    reply: view.NotificationSettings,
    etag: true,
  }),
  changeNotificationSettings: endpoint({
    method: 'patch',
    path: '/me/notification-settings',
    tag: 'me',
    summary: 'Change how one is told; If-Match guards against a stale copy',
    body: request.ChangeNotificationSettings,
    reply: view.NotificationSettings,
    errors: ['VERSION_CONFLICT'],
    etag: true,
  }),
  listNotifications: endpoint({
    method: 'get',
    path: '/me/notifications',
    tag: 'me',
    summary: 'What there was to tell beside messages, newest first; kept for 90 days',
    query: z.strictObject(PageQuery),
    reply: page(view.Notification),
  }),
  readNotifications: endpoint({
    method: 'put',
    path: '/me/notifications/read',
    tag: 'me',
    summary: 'Mark what was seen as read',
    body: request.ReadNotifications,
    reply: view.UnreadNotifications,
  }),
} as const;
