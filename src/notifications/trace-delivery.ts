import { Refusal, type OneMessage, type view } from '../contract/index.js';
import type { ConversationStore, InboxStore, MessageStore } from '../conversations/index.js';
import type { Entry } from '../domain/entry.js';
import type { Clock } from '../platform/clock.js';
import { jobIdOf } from './push-job.js';
import type { PushQueues } from './push-queues.js';
import type { Decision } from './decision.js';
import type { DecisionStore } from './decision.store.js';
import type { Delivery, DeliveryStore } from './delivery.store.js';
import { presentDeadLetter } from './dead-letters.js';
import type { DeviceStore } from './device.store.js';
import { explainDelivery, whyNeverPushed } from './explain-delivery.js';
import { deliveriesOf } from './redrive-push.js';

interface Deps {
  messages: MessageStore;
  conversations: ConversationStore;
  inbox: InboxStore;
  decisions: DecisionStore;
  deliveries: DeliveryStore;
  devices: DeviceStore;
  queues: PushQueues;
  clock: Clock;
}

/** What became of one entry, for each person whom it concerns. Throws NOT_FOUND. */
export const createTraceDelivery =
  (deps: Deps) =>
  async (which: OneMessage): Promise<view.DeliveryTrace> => {
    const entry = await find(deps, which);
    if (!entry) throw new Refusal('NOT_FOUND', 'No such message');
    const { conversationId, seq } = entry;
    const [conversation, decisions, deliveries] = await Promise.all([
      deps.conversations.get(conversationId),
      deps.decisions.ofMessage(conversationId, seq, entry.createdAt),
      deps.deliveries.of(`${conversationId}:${seq}:`),
    ]);
    const people = (conversation?.people ?? []).filter((one) => one !== entry.senderId);
    const recipients = [...new Set([...people, ...decisions.map((one) => one.recipientId)])];
    const rows = await deps.inbox.positionsOf(
      recipients.map((userId) => ({ userId, conversationId })),
    );
    return {
      message: {
        id: entry.id,
        conversationId,
        seq,
        senderId: entry.senderId,
        kind: entry.kind,
        storedAt: entry.createdAt.toISOString(),
      },
      recipients: await Promise.all(
        recipients.map((userId) =>
          traceOf(deps, entry, {
            userId,
            never: conversation
              ? whyNeverPushed(entry, { userId, ...conversation.snapshot() })
              : undefined,
            deliveredSeq: rows.get(userId, conversationId)?.deliveredSeq ?? 0,
            readSeq: rows.get(userId, conversationId)?.readSeq ?? 0,
            decision: decisions.find((one) => one.recipientId === userId),
            deliveries: deliveries.filter((one) => one.recipientId === userId),
          }),
        ),
      ),
    };
  };

const find = ({ messages }: Deps, { messageId, conversationId, seq }: OneMessage) =>
  messageId === undefined ? messages.bySeq(conversationId!, seq!) : messages.byId(messageId);

interface Known {
  userId: string;
  never: string | undefined;
  deliveredSeq: number;
  readSeq: number;
  decision: Decision | undefined;
  deliveries: Delivery[];
}

async function traceOf(deps: Deps, entry: Entry, known: Known): Promise<view.TracedRecipient> {
  const { conversationId, seq } = entry;
  const { userId, deliveredSeq, readSeq, decision } = known;
  const inDigest = typeof decision?.digest === 'number';
  const push = inDigest
    ? ({ kind: 'digest', recipientId: userId, until: decision.digest! } as const)
    : ({ kind: 'entry', conversationId, seq, recipientId: userId } as const);
  const [job, letter, devices, deliveries] = await Promise.all([
    deps.queues.find(push),
    deps.queues.dead.get(jobIdOf(push)),
    deps.devices.ofMany([userId], deps.clock()),
    inDigest ? deps.deliveries.of(deliveriesOf(push)) : known.deliveries,
  ]);
  const deviceIds = new Map(devices.get(userId)?.map(({ key, deviceId }) => [key, deviceId]));
  const story = {
    deliveredSeq,
    readSeq,
    decision: decision ? presentDecision(decision, inDigest ? [] : deliveries) : null,
    devices: deliveries.map((one) => presentDelivery(one, deviceIds.get(one.deviceKey) ?? null)),
    job: job && {
      queue: job.queue,
      state: job.state,
      tries: job.tries,
      ...(job.runsAt ? { runsAt: job.runsAt.toISOString() } : {}),
    },
    deadLetter: letter && presentDeadLetter(letter),
  };
  const storedAt = entry.createdAt.toISOString();
  const message = { seq, storedAt, never: known.never, now: deps.clock() };
  return { userId, explanation: explainDelivery(story, message), ...story };
}

/** What was sent needs no note in its decision: its deliveries say so. */
function outcomeOf({ outcome }: Decision, deliveries: readonly Delivery[]): Decision['outcome'] {
  const sent = deliveries.filter(({ state }) => state === 'sent');
  const at = sent.map(({ attempts }) => attempts.at(-1)!.at).sort((a, b) => +a - +b)[0];
  return at ? { is: 'sent', at } : outcome;
}

/** `deliveries`: those of the entry by itself. */
function presentDecision(
  decision: Decision,
  deliveries: readonly Delivery[],
): NonNullable<view.TracedRecipient['decision']> {
  const { at, category, decided, seen } = decision;
  const outcome = outcomeOf(decision, deliveries);
  return {
    at: at.toISOString(),
    category,
    do: decided.do,
    reason: decided.reason,
    ...(decided.do === 'hold' ? { until: decided.until.toISOString() } : {}),
    seen,
    ...(outcome ? { outcome: { is: outcome.is, at: outcome.at.toISOString() } } : {}),
  };
}

const presentDelivery = (
  { provider, state, at, attempts }: Delivery,
  deviceId: string | null,
): view.TracedRecipient['devices'][number] => ({
  deviceId,
  provider,
  state,
  claimedAt: at.toISOString(),
  attempts: attempts.map((one) => ({
    at: one.at.toISOString(),
    answer: one.kind,
    ...(one.detail === undefined ? {} : { detail: one.detail }),
    ms: one.ms,
  })),
});
