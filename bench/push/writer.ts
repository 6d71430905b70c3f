import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Conversation } from '../../src/domain/conversation.js';
import { ConversationStore } from '../../src/conversations/conversation.store.js';
import { InboxStore } from '../../src/conversations/inbox.store.js';
import { MessageLog } from '../../src/conversations/message-log.js';
import { MessageStore } from '../../src/conversations/message.store.js';
import { Projections } from '../../src/conversations/projections.js';
import { systemClock } from '../../src/platform/clock.js';
import { createLogger } from '../../src/platform/logger.js';
import { createMetrics } from '../../src/metrics.js';
import { connectMongo } from '../../src/platform/mongo.js';
import type { Neighbour } from './neighbours.js';

/**
 * Plays the gateways: appends entries to the log and brings the inbox rows up to it, in a process of its own that is
 * not counted. Takes orders over the IPC channel and ends with it.
 */
export interface WriteOrder {
  /** They take turns in this order. */
  neighbours: Neighbour[];
  entries: number;
  /** Entries per second, whatever the others do; undefined: as fast as the log takes them. */
  rate: number | undefined;
}

export type WriteReport =
  | { report: 'up' }
  /** `behind`: how late the last entry was, compared with the plan (ms). */
  | { report: 'written'; entries: number; behindMs: number }
  | { report: 'failed'; reason: string };

/** Time between two batches (ms), about a group commit each: the measurement begins after the write. */
const tickMs = 200;
/** Writes under way at once when there is no rate. */
const atOnce = 300;

const say = (report: WriteReport) => process.send?.(report);
const log = createLogger({ nodeId: 'writer', level: 'warn', process: 'bench' });
const mongo = await connectMongo(process.env['MONGODB_URI']!, log);
const messages = new MessageStore(mongo);
const inbox = new InboxStore(mongo);
const conversations = new ConversationStore(mongo, { caching: 'none' });
const projections = new Projections({ inbox, log });
const entries = new MessageLog({
  store: messages,
  clock: systemClock,
  metrics: createMetrics('writer'),
  sharded: false,
  queue: { entries: 50_000, bytes: 2 ** 28, waitMs: Infinity },
});

async function write(neighbour: Neighbour, known: Map<string, Conversation>): Promise<void> {
  const conversation = known.get(neighbour.conversationId)!;
  const { entry } = await entries.append(
    conversation.post(neighbour.sellerId, {
      kind: 'text',
      clientMessageId: randomUUID(),
      text: 'Is tomorrow at seven fine with you? I would bring the bicycle to the station, north exit.',
    }),
  );
  projections.note(conversation, entry);
}

async function obey({ neighbours, entries: count, rate }: WriteOrder): Promise<void> {
  const known = await conversations.getMany(neighbours.map((one) => one.conversationId));
  const since = performance.now();
  let begun = 0;
  const open: Promise<void>[] = [];
  while (begun < count) {
    const due = rate
      ? Math.min(count, Math.floor(((performance.now() - since) / 1_000) * rate))
      : Math.min(count, begun + atOnce);
    for (; begun < due; begun += 1) open.push(write(neighbours[begun % neighbours.length]!, known));
    if (rate) await delay(tickMs);
    else await Promise.all(open.splice(0));
  }
  await Promise.all(open);
  const planned = rate ? (count / rate) * 1_000 : 0;
  const behindMs = rate ? performance.now() - since - planned : 0;
  await projections.flush();
  say({ report: 'written', entries: count, behindMs });
}

process.on('message', (order: WriteOrder) => {
  obey(order).catch((error: Error) => say({ report: 'failed', reason: error.message }));
});
process.on('disconnect', () => process.exit(0));
say({ report: 'up' });
