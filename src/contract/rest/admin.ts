/** For whoever runs the service: with the password of the admin area instead of a token. */
import { z } from 'zod';
import { Id, PageQuery, Timestamp, page } from '../primitives.js';
import { WebhookEvent, WebhookState, WebhookType } from '../views.js';
import { endpoint } from './endpoint.js';

const admin = { tag: 'admin', access: 'admin' } as const;

/** Events of one call; more are replayed by calling again. */
export const replayMax = 1_000;

const ReplayWebhooks = z.union([
  z.strictObject({ ids: z.array(Id).min(1).max(replayMax) }),
  z.strictObject({
    from: Timestamp.describe('Of when it happened, included'),
    to: Timestamp.describe('Not included'),
    types: z.array(WebhookType).min(1).optional().describe('Left out: all'),
  }),
]);
export type ReplayWebhooks = z.infer<typeof ReplayWebhooks>;

export const adminEndpoints = {
  listWebhooks: endpoint({
    ...admin,
    method: 'get',
    path: '/admin/webhooks',
    summary: 'Events of the outgoing webhooks of the last fourteen days, newest first',
    query: z.strictObject({
      ...PageQuery,
      state: WebhookState.optional(),
      type: WebhookType.optional(),
    }),
    reply: page(WebhookEvent).extend({
      disabledAt: Timestamp.nullable().describe(
        'Since when nothing is sent because the endpoint answered 410; null: it is not so',
      ),
    }),
  }),
  replayWebhooks: endpoint({
    ...admin,
    method: 'post',
    path: '/admin/webhooks/replay',
    summary: 'Send events again, under the same ids: by id, or all of a stretch of time',
    body: ReplayWebhooks,
    success: [200],
    reply: z.object({
      replayed: z.number().int(),
      next: Timestamp.nullable().describe(
        `At most ${replayMax} are taken at once: go on with this as \`from\`. null: that was all`,
      ),
    }),
  }),
  enableWebhooks: endpoint({
    ...admin,
    method: 'post',
    path: '/admin/webhooks/enable',
    summary: 'Send again to an endpoint that had answered 410; what waited is sent',
  }),
};
