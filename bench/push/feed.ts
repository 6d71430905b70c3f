import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import type { PushJob } from '../../src/notifications/push-job.js';
import type { PushQueues } from '../../src/notifications/push-queues.js';
import type { Neighbour } from './neighbours.js';

/** Time between two batches (ms), since the relay also hands over in batches. */
const tickMs = 100;

/** The pushes of all entries that were written since a given time. */
export async function pushesSince(
  connection: Connection,
  since: Date,
  neighbours: readonly Neighbour[],
): Promise<PushJob[]> {
  const buyers = new Map(neighbours.map((one) => [one.conversationId, one.buyerId]));
  const entries = await connection
    .collection<{ conversationId: string; seq: number }>('messages')
    .find({ createdAt: { $gte: since } }, { projection: { _id: 0, conversationId: 1, seq: 1 } })
    .toArray();
  return entries.map(({ conversationId, seq }) => ({
    kind: 'entry',
    conversationId,
    seq,
    recipientId: buyers.get(conversationId)!,
  }));
}

/** Adds pushes to the queue at a rate per second, whatever becomes of them; resolves with the last. */
export async function feed(queues: PushQueues, pushes: readonly PushJob[], rate: number) {
  const since = performance.now();
  for (let handed = 0; handed < pushes.length;) {
    const due = Math.floor(((performance.now() - since) / 1_000) * rate);
    const some = pushes.slice(handed, due);
    await queues.addMany(some.map((job) => ({ queue: 'chat', job })));
    handed += some.length;
    await delay(tickMs);
  }
}
