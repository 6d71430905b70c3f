import { limits } from '../../src/contract/index.js';
import {
  presentMessage,
  type Entry,
  type InboxRow,
  type InboxStore,
  type MessageStore,
} from '../../src/conversations/index.js';
import type { DeliveryStore, DeviceStore } from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { PushJob } from '../../src/platform/queues.js';
import type { UserStore } from '../../src/users/index.js';
import type { Notification, PushProvider } from './provider.js';

const previewLength = 80;
/** Source: docs/architecture.md, what a push outlives. */
const chatLifeSeconds = 24 * 3_600;

export interface PushOutcome {
  /** Why nothing was sent, or `sent`. */
  outcome: 'sent' | 'gone' | 'read' | 'muted' | 'noDevice' | 'alreadySent';
  devices: number;
}

type EntryJob = Extract<PushJob, { kind: 'entry' }>;

interface Deps {
  messages: MessageStore;
  inbox: InboxStore;
  users: UserStore;
  devices: DeviceStore;
  deliveries: DeliveryStore;
  providers: PushProvider[];
  clock: Clock;
  metrics: Metrics;
}

/**
 * One job: an entry for one person. Decides again, since minutes may have passed in the queue: what was read meanwhile
 * is not sent. Each device is claimed before it is sent to, because a stalled job runs twice.
 */
export const createSendPush =
  (deps: Deps) =>
  async (job: PushJob): Promise<PushOutcome> => {
    // Nobody asks for the other kinds yet.
    if (job.kind !== 'entry') return { outcome: 'gone', devices: 0 };
    const { conversationId, seq, recipientId } = job;
    const [entry, row] = await Promise.all([
      deps.messages.bySeq(conversationId, seq),
      deps.inbox.get(recipientId, conversationId),
    ]);
    const outcome = await decide(deps, entry, row, job);
    deps.metrics.pushes.inc({ outcome: outcome.outcome });
    return outcome;
  };

async function decide(
  deps: Deps,
  entry: Entry | null,
  row: InboxRow | null,
  job: EntryJob,
): Promise<PushOutcome> {
  const { conversationId, seq, recipientId } = job;
  if (!entry || !row || entry.state === 'unsent') return { outcome: 'gone', devices: 0 };
  if (row.readSeq >= entry.seq) return { outcome: 'read', devices: 0 };
  if (row.muted) return { outcome: 'muted', devices: 0 };
  const devices = await deps.devices.of(recipientId);
  if (devices.length === 0) return { outcome: 'noDevice', devices: 0 };
  const notification = await render(deps, entry, row);
  let sent = 0;
  for (const device of devices) {
    const provider = deps.providers.find((one) => one.name === device.provider);
    const delivery = {
      conversationId,
      seq,
      recipientId,
      deviceKey: device.key,
      provider: device.provider,
      at: deps.clock(),
    };
    const claim = provider ? await deps.deliveries.claim(delivery) : 'sent';
    if (!provider || claim === 'sent') continue;
    // Its holder may have died: the job fails, and its next try finds the claim free.
    if (claim === 'held') throw new Error('claimed by somebody else');
    const id = `${entry.conversationId}:${entry.seq}:${device.key}`;
    const answer = await provider.send(device, { ...notification, id });
    if (answer.kind === 'failed' || answer.kind === 'wait') {
      await deps.deliveries.release(delivery);
      throw new Error(answer.detail);
    }
    await deps.deliveries.sent(delivery);
    sent += 1;
  }
  return { outcome: sent > 0 ? 'sent' : 'alreadySent', devices: sent };
}

async function render(deps: Deps, entry: Entry, row: InboxRow): Promise<Omit<Notification, 'id'>> {
  const sender = (await deps.users.profilesOf([row.otherId])).get(row.otherId);
  const unread = await deps.messages.countUnread(
    [{ conversationId: row.conversationId, fromId: row.otherId, readSeq: row.readSeq }],
    limits.unreadCap,
  );
  return {
    conversationId: entry.conversationId,
    seq: entry.seq,
    badge: unread.get(row.conversationId) ?? 0,
    template: entry.kind,
    title: sender?.nickname ?? 'Haggle',
    body: presentMessage(entry).fallbackText.slice(0, previewLength),
    tag: entry.conversationId,
    sound: true,
    urgency: 'high',
    ttlSeconds: chatLifeSeconds,
    silent: false,
  };
}
