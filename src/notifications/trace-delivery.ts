import { Refusal, type OneMessage, type view } from '../contract/index.js';
import type { Conversations, RowPositions } from '../conversations/index.js';
import type { Entry } from '../domain/entry.js';
import type { Clock } from '../platform/clock.js';
import type { PushQueues } from './push-queues.js';
import type { Decision } from './decision.js';
import type { DecisionStore } from './decision.store.js';
import type { Delivery, DeliveryStore } from './delivery.store.js';
import { presentDeadLetter } from './dead-letters.js';
import type { DeviceStore } from './device.store.js';
import { explainDelivery, whyNeverPushed } from './explain-delivery.js';
import { deliveriesOf, jobIdOf } from './push-job.js';

interface Deps extends Pick<Conversations, 'messages' | 'conversations' | 'inbox'> {
  decisions: DecisionStore;
  deliveries: DeliveryStore;
  devices: DeviceStore;
  queues: PushQueues;
  clock: Clock;
}

/** What became of one entry, for each person whom it concerns. Throws NOT_FOUND. */
export const createTraceDelivery =
  (deps: Deps) =>
  async ({ messageId, ...place }: OneMessage): Promise<view.DeliveryTrace> => {
    const entry = await (messageId === undefined
      ? deps.messages.bySeq(place.conversationId!, place.seq!)
      : deps.messages.byId(messageId));
    if (!entry) throw new Refusal('NOT_FOUND', 'No such message');
    const { id, conversationId, seq, senderId, kind } = entry;
    const [conversation, decisions, deliveries] = await Promise.all([
      deps.conversations.get(conversationId),
      deps.decisions.ofMessage(conversationId, seq, entry.createdAt),
      deps.deliveries.of(`${conversationId}:${seq}:`),
    ]);
    const people = (conversation?.people ?? []).filter((one) => one !== senderId);
    const recipients = [...new Set([...people, ...decisions.map((one) => one.recipientId)])];
    const rows = await deps.inbox.positionsOf(
      recipients.map((userId) => ({ userId, conversationId })),
    );
    const trace = (userId: string) =>
      traceOf(deps, entry, {
        userId,
        never: conversation
          ? whyNeverPushed(entry, { userId, ...conversation.snapshot() })
          : undefined,
        row: rows.get(userId, conversationId),
        decision: decisions.find((one) => one.recipientId === userId),
        deliveries: deliveries.filter((one) => one.recipientId === userId),
      });
    return {
      message: { id, conversationId, seq, senderId, kind, storedAt: entry.createdAt.toISOString() },
      recipients: await Promise.all(recipients.map(trace)),
    };
  };

interface Known {
  userId: string;
  never: view.NeverPushed | undefined;
  row: RowPositions | undefined;
  decision: Decision | undefined;
  deliveries: Delivery[];
}

async function traceOf(
  deps: Deps,
  { conversationId, seq, createdAt }: Entry,
  { userId, never, row, decision, ...known }: Known,
): Promise<view.TracedRecipient> {
  const inDigest = typeof decision?.digest === 'number';
  const push = inDigest
    ? ({ kind: 'digest', recipientId: userId, until: decision.digest! } as const)
    : ({ kind: 'entry', conversationId, seq, recipientId: userId } as const);
  const now = deps.clock();
  const [job, letter, devices, deliveries] = await Promise.all([
    deps.queues.find(push),
    deps.queues.dead.get(jobIdOf(push)),
    deps.devices.ofMany([userId], now),
    inDigest ? deps.deliveries.of(deliveriesOf(push)) : known.deliveries,
  ]);
  const deviceIds = new Map(devices.get(userId)?.map(({ key, deviceId }) => [key, deviceId]));
  const story = {
    never,
    deliveredSeq: row?.deliveredSeq ?? 0,
    readSeq: row?.readSeq ?? 0,
    decision: decision ? presentDecision(decision, inDigest ? [] : deliveries) : null,
    devices: deliveries.map((one) => presentDelivery(one, deviceIds.get(one.deviceKey) ?? null)),
    job,
    deadLetter: letter && presentDeadLetter(letter),
  };
  const message = { seq, storedAt: createdAt.toISOString(), now };
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
    until: decided.do === 'hold' ? decided.until.toISOString() : undefined,
    seen,
    outcome: outcome && { is: outcome.is, at: outcome.at.toISOString() },
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
  attempts: attempts.map(({ at, kind, ...one }) => ({
    ...one,
    at: at.toISOString(),
    answer: kind,
  })),
});
