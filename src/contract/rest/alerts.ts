import { z } from 'zod';
import { Id, PageQuery, page } from '../primitives.js';
import * as request from '../requests.js';
import { tradeLimits } from '../trade-limits.js';
import * as view from '../views.js';
import { endpointsOf } from './endpoint.js';

const alerts = endpointsOf('alerts');

const told =
  'A listing that comes on sale is told of within seconds, once to each person, in the list of notifications and as a ' +
  'push of the category `alert`.';
const OfUser = z.strictObject({ userId: Id });

/** What one waits for, and whom one follows. */
export const alertEndpoints = {
  listKeywordAlerts: alerts.get('/me/keyword-alerts', {
    summary: 'Keywords that one waits for, the newest first',
    query: z.strictObject(PageQuery),
    reply: page(view.KeywordAlert),
  }),
  addKeywordAlert: alerts.post('/me/keyword-alerts', {
    summary: `Wait for a keyword (201 new, 200 known); at most ${tradeLimits.keywordAlerts}`,
    description: told,
    body: request.AddKeywordAlert,
    success: [201, 200],
    reply: view.KeywordAlert,
    errors: ['FORBIDDEN'],
  }),
  removeKeywordAlert: alerts.delete('/me/keyword-alerts/:id', {
    summary: 'Wait no more; one that is not there is no error',
  }),
  listSavedSearches: alerts.get('/me/saved-searches', {
    summary: 'Saved searches, the newest first',
    query: z.strictObject(PageQuery),
    reply: page(view.SavedSearch),
  }),
  addSavedSearch: alerts.post('/me/saved-searches', {
    summary: `Save a search, and wait for more (201 new, 200 known); at most ${tradeLimits.savedSearches}`,
    description: told,
    body: request.AddSavedSearch,
    success: [201, 200],
    reply: view.SavedSearch,
    errors: ['FORBIDDEN'],
  }),
  removeSavedSearch: alerts.delete('/me/saved-searches/:id', {
    summary: 'Forget a saved search; one that is not there is no error',
  }),
  listFollowing: alerts.get('/me/following', {
    summary: 'Whom one follows, the last followed first',
    query: z.strictObject(PageQuery),
    reply: page(view.Following),
  }),
  followUser: alerts.put('/me/following/:userId', {
    summary: `Hear of what a seller lists; again changes nothing; at most ${tradeLimits.following}`,
    params: OfUser,
    reply: view.Following,
    errors: ['NOT_FOUND', 'FORBIDDEN'],
  }),
  unfollowUser: alerts.delete('/me/following/:userId', {
    summary: 'Follow no more; somebody whom one does not follow is no error',
    params: OfUser,
  }),
} as const;
