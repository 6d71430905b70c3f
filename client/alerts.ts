/**
 * What one waits for and is told of: keyword alerts, saved searches, people whom one follows, the list of notifications
 * and how one is told. A separate entry point, so that an app that needs none of it doesn't carry it.
 */
import type { Call } from './api.js';
import type {
  AddKeywordAlert,
  AddSavedSearch,
  ChangeNotificationSettings,
  Replies,
} from './contract-types.js';
import type { HttpRequest } from './http.js';

export type {
  Following,
  KeywordAlert,
  Notification,
  NotificationSettings,
  SavedSearch,
} from './contract-types.js';

type Reply<Name extends keyof Replies> = Replies[Name];
interface Page {
  limit?: number;
  cursor?: string;
}
/** The circle is 5 km wide where it is not named. */
type Circled<Body extends { radiusKm: number }> = Omit<Body, 'radiusKm'> & { radiusKm?: number };

export type AlertsApi = ReturnType<typeof createAlertsApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createAlertsApi({ call }: { call: Call }) {
  const get = <T>(path: string, query?: HttpRequest['query']) =>
    call<T>({ method: 'GET', path, query });
  const post = <T>(path: string, body: object) => call<T>({ method: 'POST', path, body });
  const remove = (path: string, id: string) =>
    call<null>({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` });
  return {
    listKeywordAlerts: (page: Page = {}) =>
      get<Reply<'listKeywordAlerts'>>('/me/keyword-alerts', { ...page }),
    /** The same again changes nothing. */
    addKeywordAlert: (body: Circled<AddKeywordAlert>) =>
      post<Reply<'addKeywordAlert'>>('/me/keyword-alerts', body),
    removeKeywordAlert: (id: string) => remove('/me/keyword-alerts', id),
    listSavedSearches: (page: Page = {}) =>
      get<Reply<'listSavedSearches'>>('/me/saved-searches', { ...page }),
    /** The same again changes nothing. */
    addSavedSearch: (body: Circled<AddSavedSearch>) =>
      post<Reply<'addSavedSearch'>>('/me/saved-searches', body),
    removeSavedSearch: (id: string) => remove('/me/saved-searches', id),
    listFollowing: (page: Page = {}) => get<Reply<'listFollowing'>>('/me/following', { ...page }),
    followUser: (id: string) =>
      call<Reply<'followUser'>>({ method: 'PUT', path: `/me/following/${encodeURIComponent(id)}` }),
    unfollowUser: (id: string) => remove('/me/following', id),
    /** The newest first. */
    listNotifications: (page: Page = {}) =>
      get<Reply<'listNotifications'>>('/me/notifications', { ...page }),
    /** The one with this id, and all that are older. */
    readNotifications: (upTo: string) =>
      call<Reply<'readNotifications'>>({
        method: 'PUT',
        path: '/me/notifications/read',
        body: { upTo },
      }),
    getNotificationSettings: () =>
      get<Reply<'getNotificationSettings'>>('/me/notification-settings'),
    changeNotificationSettings: (body: ChangeNotificationSettings) =>
      call<Reply<'changeNotificationSettings'>>({
        method: 'PATCH',
        path: '/me/notification-settings',
        body,
      }),
  };
}
