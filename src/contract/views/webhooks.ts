import { z } from 'zod';
import { Id, Seq, Timestamp, named } from '../primitives.js';

export const webhookTypes = [
  'message.created',
  'message.updated',
  'message.unsent',
  'offer.updated',
  'deal.updated',
  'listing.updated',
  'user.reported',
] as const;
export const WebhookType = z.enum(webhookTypes).meta({ id: 'WebhookType' });

export const webhookStates = ['pending', 'delivered', 'dead'] as const;
export const WebhookState = z.enum(webhookStates).meta({
  id: 'WebhookState',
  description:
    'pending: waits for its turn or its next try. dead: given up, those behind it went on; can be replayed',
});

/** How the last try ended. */
export const WebhookAnswer = named('WebhookAnswer', {
  at: Timestamp,
  status: z.number().int().nullable().describe('null: no answer came'),
  detail: z.string(),
});

export const WebhookEvent = z
  .object({
    id: Id.describe('The `webhook-id` of every try'),
    type: WebhookType,
    timestamp: Timestamp.describe('When it happened'),
    conversationId: Id.optional(),
    seq: Seq.optional(),
    state: WebhookState,
    tries: z.number().int(),
    lastAnswer: WebhookAnswer.nullable(),
  })
  .meta({ id: 'WebhookEvent', description: 'An event of the outgoing webhooks, without its data' });

export type WebhookType = z.infer<typeof WebhookType>;
export type WebhookState = z.infer<typeof WebhookState>;
export type WebhookEvent = z.infer<typeof WebhookEvent>;
