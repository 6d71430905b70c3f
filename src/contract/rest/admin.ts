/** For whoever runs the service: with the role of an operator. */
import { z } from 'zod';
import { Id, Moment, PageQuery, Seq, Timestamp, inAddress, page } from '../primitives.js';
import {
  DeadLetter,
  DeliveryTrace,
  PushId,
  WebhookEvent,
  WebhookState,
  WebhookType,
} from '../views.js';
import { endpointsOf } from './endpoint.js';

const operator = endpointsOf('admin', 'operator');

/** Events that one call replays; more by calling again. */
export const replayMax = 1_000;

const ReplayWebhooks = z
  .strictObject({
    ids: z.array(Id).min(1).max(replayMax).optional().describe('These; or those of a time'),
    from: Moment.optional().describe('Of when it happened, included'),
    to: Moment.optional().describe('Not included'),
    types: z.array(WebhookType).min(1).optional().describe('With a time. Left out: all'),
  })
  .refine(
    ({ ids, from, to, types }) =>
      ids === undefined
        ? from !== undefined && to !== undefined
        : from === undefined && to === undefined && types === undefined,
    { path: ['ids'], message: 'or from and to are needed, not both' },
  );
export type ReplayWebhooks = z.infer<typeof ReplayWebhooks>;

/** Names one entry of a log. */
const OneMessage = z
  .strictObject({
    messageId: Id.optional(),
    conversationId: Id.optional(),
    seq: inAddress(Seq).optional(),
  })
  .refine(
    ({ messageId, conversationId, seq }) =>
      messageId === undefined
        ? conversationId !== undefined && seq !== undefined
        : conversationId === undefined && seq === undefined,
    { path: ['messageId'], message: 'or conversationId and seq are needed' },
  );
export type OneMessage = z.infer<typeof OneMessage>;

/** Dead letters that one call puts back. */
export const redriveMax = 1_000;

const RedriveDeadLetters = z.strictObject({
  reason: z.string().min(1).max(1_000).optional().describe('Exactly this one; left out: all'),
});

export const adminEndpoints = {
  traceDelivery: operator.get('/admin/deliveries', {
    summary: 'What became of one message: stored, seen, decided and why, tried, answered',
    query: OneMessage,
    reply: DeliveryTrace,
    errors: ['NOT_FOUND'],
  }),
  listDeadLetters: operator.get('/admin/dead-letters', {
    summary: 'Pushes that were given up in the last fourteen days, newest first',
    query: z.strictObject(PageQuery),
    reply: page(DeadLetter).extend({ total: z.number().int() }),
  }),
  redriveDeadLetters: operator.post('/admin/dead-letters/redrive', {
    summary: `Put pushes that were given up back to their queues, at most ${redriveMax} at once`,
    body: RedriveDeadLetters,
    reply: z.object({ redriven: z.number().int() }),
  }),
  redriveDeadLetter: operator.post('/admin/dead-letters/:id/redrive', {
    summary: 'Put one push that was given up back to its queue',
    params: z.strictObject({ id: PushId }),
    errors: ['NOT_FOUND'],
  }),
  listWebhooks: operator.get('/admin/webhooks', {
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
  replayWebhooks: operator.post('/admin/webhooks/replay', {
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
  enableWebhooks: operator.post('/admin/webhooks/enable', {
    summary: 'Send again to an endpoint that had answered 410; what waited is sent',
  }),
};
