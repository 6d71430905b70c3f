import { z } from 'zod';
import { Id, Position, Seq, Timestamp, named, oneOf } from '../primitives.js';
import { MessageKind } from './messages.js';

/** Id of a push; longer than other ids, since it names an entry and a person. */
export const PushId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,200}$/, 'is not the id of a push')
  .meta({ id: 'PushId' });

export const PushQueue = z.enum(['chat', 'transactional', 'bulk']).meta({ id: 'PushQueue' });

/** A push that was given up. */
export const DeadLetter = named('DeadLetter', {
  id: PushId,
  queue: PushQueue.describe('Where it came from, and goes back to'),
  kind: z.enum(['entry', 'digest', 'silent']),
  recipientId: Id,
  conversationId: Id.optional(),
  seq: Seq.optional(),
  reason: z.string(),
  tries: z.number().int(),
  at: Timestamp.describe('When it was given up'),
});

const DeliveryAttempt = named('DeliveryAttempt', {
  at: Timestamp,
  answer: z.enum(['taken', 'gone', 'refused', 'wait', 'failed']),
  detail: z.string().optional().describe('What the provider said'),
  ms: z.number().describe('How long the answer took, in milliseconds'),
});

const DeviceDelivery = named('DeviceDelivery', {
  deviceId: Id.nullable().describe('null: the device is not registered any more'),
  provider: z.string(),
  state: z
    .enum(['claimed', 'free', 'sent', 'gone', 'refused'])
    .describe('free: a try failed, and the next one may come'),
  claimedAt: Timestamp,
  attempts: z.array(DeliveryAttempt).describe('The last of them'),
});

const TracedDecision = named('TracedDecision', {
  at: Timestamp,
  category: z.string(),
  do: z.enum(['nothing', 'hold', 'push']),
  reason: z.string(),
  until: Timestamp.optional().describe('hold: until then'),
  seen: z
    .object({
      connected: z.boolean().nullable().describe('null: presence was not known'),
      hinted: z.boolean().describe('Their devices were told that they may be behind'),
      deliveredSeq: Position,
      readSeq: Position,
    })
    .describe('What the relay saw of them then'),
  outcome: z
    .object({ is: z.string(), at: Timestamp })
    .optional()
    .describe('What became of the push'),
});

/** Why no notification ever tells a person of an entry. */
const NeverPushed = oneOf('NeverPushed', [
  'changesEarlier',
  'conversationOnly',
  'ownAct',
  'otherSide',
]).describe(
  'changesEarlier: it is an edit or an unsend. conversationOnly: the conversation alone shows it. ' +
    'ownAct: the person did it. otherSide: only the other side is told',
);

const TracedRecipient = named('TracedRecipient', {
  userId: Id,
  explanation: z.string().describe('The story in a sentence'),
  never: NeverPushed.optional().describe(
    'Why no notification tells this person of it. Left out: one may',
  ),
  deliveredSeq: Position.describe('How far their devices are now'),
  readSeq: Position,
  decision: TracedDecision.nullable().describe(
    'null: not decided yet, longer ago than fourteen days, or not told by a notification',
  ),
  devices: z.array(DeviceDelivery),
  job: z
    .object({
      queue: PushQueue,
      state: z.string(),
      tries: z.number().int(),
      runsAt: Timestamp.optional().describe('delayed: not before'),
    })
    .nullable()
    .describe('The push as it lies in its queue; null: none does'),
  deadLetter: DeadLetter.nullable(),
});

export const DeliveryTrace = z
  .object({
    message: z.object({
      id: Id,
      conversationId: Id,
      seq: Seq,
      senderId: Id.nullable(),
      kind: MessageKind,
      storedAt: Timestamp,
    }),
    recipients: z.array(TracedRecipient),
  })
  .meta({
    id: 'DeliveryTrace',
    description: 'What became of one entry of a log, without its words',
  });

export type NeverPushed = z.infer<typeof NeverPushed>;
export type DeadLetter = z.infer<typeof DeadLetter>;
export type DeliveryTrace = z.infer<typeof DeliveryTrace>;
export type TracedRecipient = z.infer<typeof TracedRecipient>;
