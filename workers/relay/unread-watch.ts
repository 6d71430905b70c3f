import type { ConversationStore, Entry, InboxStore } from '../../src/conversations/index.js';
import { countedKinds } from '../../src/conversations/index.js';
import { decidePush } from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { PresenceReader } from '../../src/platform/presence.js';
import type { PushQueues } from '../../src/platform/queues.js';

/** Entry and recipient, until it is read or pushed. */
interface Watched {
  entry: Entry;
  recipientId: string;
  dueAt: number;
  hinted: boolean;
  done: () => void;
}

interface Deps {
  conversations: ConversationStore;
  inbox: InboxStore;
  presence: PresenceReader;
  queues: PushQueues;
  hint: (nodeId: string, to: { userId: string; entry: Entry }) => Promise<void>;
  delays: { offlineMs: number; onlineMs: number };
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

/** Looks are at least this far apart, so that a busy log is asked about in bulk and not entry by entry. */
const gatherMs = 200;
/** After a failed look (a dependency is away) everything due is looked at again this much later. */
const retryMs = 1_000;

/**
 * Looks after entries that may not have reached anybody: asks in bulk, when they fall due, what was delivered and
 * read, and then hints, waits or hands a push to the queue. Also projects the inbox again, which costs nothing where
 * the gateway did it.
 */
export class UnreadWatch {
  private watched: Watched[] = [];
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(private readonly deps: Deps) {}

  /** Resolves when every recipient has read it, or has a push in the queue. */
  async see(entry: Entry): Promise<void> {
    const conversation = await this.deps.conversations.get(entry.conversationId);
    if (!conversation) return;
    const counts = countedKinds.includes(entry.kind) && entry.senderId !== null;
    const recipients = counts
      ? [conversation.otherThan(entry.senderId!)]
      : conversation.people.filter((person) => person !== entry.senderId);
    const dueAt = entry.createdAt.getTime() + this.deps.delays.offlineMs;
    await Promise.all(
      recipients.map(
        (recipientId) =>
          new Promise<void>((done) => {
            this.watched.push({ entry, recipientId, dueAt, hinted: false, done });
            this.wakeAt(dueAt);
          }),
      ),
    );
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.watched = [];
  }

  private wakeAt(time: number): void {
    if (this.timer !== undefined || this.looking) return;
    const wait = Math.max(gatherMs, time - this.deps.clock().getTime());
    this.timer = setTimeout(() => void this.look(), wait);
  }

  private async look(): Promise<void> {
    this.timer = undefined;
    this.looking = true;
    const now = this.deps.clock().getTime();
    const due = this.watched.filter((one) => one.dueAt <= now);
    this.watched = this.watched.filter((one) => one.dueAt > now);
    try {
      await this.settle(due, now);
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message, due: due.length },
        'relay looks again',
      );
      for (const one of due) one.dueAt = now + retryMs;
      this.watched.push(...due);
    }
    this.looking = false;
    const next = Math.min(...this.watched.map((one) => one.dueAt));
    if (Number.isFinite(next)) this.wakeAt(next);
  }

  private async settle(due: Watched[], now: number): Promise<void> {
    const conversations = await this.deps.conversations.getMany(
      due.map((one) => one.entry.conversationId),
    );
    await this.project(due, conversations);
    const [rows, nodes] = await Promise.all([
      this.deps.inbox.ofPeople(
        due.map(({ recipientId, entry }) => ({
          userId: recipientId,
          conversationId: entry.conversationId,
        })),
      ),
      this.connectedNodes(due.map((one) => one.recipientId)),
    ]);
    for (const one of due) {
      const { entry, recipientId } = one;
      const row = rows.get(recipientId, entry.conversationId);
      const at = nodes.get(recipientId) ?? [];
      const decision = decidePush(
        {
          seq: entry.seq,
          readSeq: row?.readSeq ?? 0,
          deliveredSeq: row?.deliveredSeq ?? 0,
          muted: row?.muted ?? false,
          connected: at.length > 0,
          ageMs: now - entry.createdAt.getTime(),
        },
        this.deps.delays,
      );
      if (decision.do === 'wait') {
        if (decision.hint && !one.hinted) await this.hint(one, at);
        one.dueAt = entry.createdAt.getTime() + decision.untilAgeMs;
        this.watched.push(one);
        continue;
      }
      if (decision.do === 'push') await this.push(one);
      one.done();
    }
  }

  private async project(
    due: Watched[],
    conversations: Awaited<ReturnType<ConversationStore['getMany']>>,
  ): Promise<void> {
    const latest = new Map<string, Entry>();
    for (const { entry } of due) {
      const known = latest.get(entry.conversationId);
      if (!known || known.seq < entry.seq) latest.set(entry.conversationId, entry);
    }
    await this.deps.inbox.project(
      [...latest.values()].map((entry) => ({
        people: conversations.get(entry.conversationId)?.people ?? [],
        entry,
      })),
    );
  }

  /** With Redis away nobody counts as connected: better a push too many than none. */
  private async connectedNodes(userIds: string[]): Promise<Map<string, string[]>> {
    try {
      return await this.deps.presence.nodesOf([...new Set(userIds)]);
    } catch {
      return new Map();
    }
  }

  private async hint(one: Watched, nodes: string[]): Promise<void> {
    one.hinted = true;
    this.deps.metrics.hints.inc();
    const { entry, recipientId: userId } = one;
    await Promise.all(nodes.map((node) => this.deps.hint(node, { userId, entry }))).catch(
      (error: Error) => this.deps.log.warn({ reason: error.message }, 'hint not told'),
    );
  }

  private async push({ entry, recipientId }: Watched): Promise<void> {
    await this.deps.queues.add(entry.kind === 'offer' ? 'push-transactional' : 'push-chat', {
      conversationId: entry.conversationId,
      seq: entry.seq,
      recipientId,
    });
    this.deps.metrics.pushes.inc({ outcome: 'queued' });
  }
}
