import {
  countedKinds,
  type Conversation,
  type ConversationStore,
  type Entry,
  type InboxStore,
} from '../../src/conversations/index.js';
import { decidePush } from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { PresenceReader } from '../../src/platform/presence.js';
import type { PushQueues } from '../../src/platform/queues.js';

/** An entry, until each of its recipients has read it or has a push in the queue. */
interface Watched {
  entry: Entry;
  dueAt: number;
  /** Who is still to be seen to; undefined before the first look, which finds out who takes part. */
  open: Set<string> | undefined;
  hinted: Set<string>;
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
/** Entries of one look; a backlog is worked off in several. */
const lookAtOnce = 2_000;
/** After a failed look (a dependency is away) what was due is looked at again this much later. */
const retryMs = 1_000;

/**
 * Looks after entries that may not have reached anybody: asks in bulk, when they fall due, what was delivered and
 * read, and then hints, waits or hands a push to the queue. Also projects the inbox again, which costs nothing where
 * the gateway did it.
 */
export class UnreadWatch {
  private readonly watched = new Set<Watched>();
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private looking = false;
  private closed = false;

  constructor(private readonly deps: Deps) {}

  /** Resolves when nothing is left to do for the entry; never rejects, it tries until it can. */
  see(entry: Entry): Promise<void> {
    const dueAt = entry.createdAt.getTime() + this.deps.delays.offlineMs;
    return new Promise((done) => {
      this.watched.add({ entry, dueAt, open: undefined, hinted: new Set(), done });
      this.wakeAt(dueAt);
    });
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private wakeAt(time: number): void {
    if (this.looking || this.closed) return;
    const now = this.deps.clock().getTime();
    const at = Math.max(now + gatherMs, time);
    // A timer for a later entry must not hold up an earlier one.
    if (at >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => void this.look(), at - now);
  }

  private async look(): Promise<void> {
    this.timerAt = Infinity;
    this.looking = true;
    const now = this.deps.clock().getTime();
    const due: Watched[] = [];
    for (const one of this.watched) {
      if (one.dueAt <= now) due.push(one);
      if (due.length >= lookAtOnce) break;
    }
    try {
      if (due.length > 0) await this.settle(due, now);
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message, due: due.length },
        'relay looks again',
      );
      for (const one of due) one.dueAt = Math.max(one.dueAt, now + retryMs);
    }
    this.looking = false;
    let next = Infinity;
    for (const one of this.watched) if (one.dueAt < next) next = one.dueAt;
    if (next < Infinity) this.wakeAt(next);
  }

  private async settle(due: Watched[], now: number): Promise<void> {
    const conversations = await this.deps.conversations.getMany(
      due.map((one) => one.entry.conversationId),
    );
    for (const one of due)
      one.open ??= new Set(recipientsOf(one.entry, conversations.get(one.entry.conversationId)));
    await this.project(due, conversations);
    const recipients = due.flatMap((one) => [...one.open!]);
    const [rows, nodes] = await Promise.all([
      this.deps.inbox.ofPeople(
        due.flatMap(({ open, entry: { conversationId } }) =>
          [...open!].map((userId) => ({ userId, conversationId })),
        ),
      ),
      this.connectedNodes(recipients),
    ]);
    for (const one of due) {
      const { entry } = one;
      let again = Infinity;
      for (const recipientId of one.open!) {
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
          if (decision.hint) await this.hint(one, recipientId, at);
          again = Math.min(again, entry.createdAt.getTime() + decision.untilAgeMs);
          continue;
        }
        if (decision.do === 'push') await this.push(entry, recipientId);
        one.open!.delete(recipientId);
      }
      one.dueAt = again;
      if (one.open!.size === 0) {
        this.watched.delete(one);
        one.done();
      }
    }
  }

  private async project(due: Watched[], conversations: Map<string, Conversation>): Promise<void> {
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

  private async hint(one: Watched, userId: string, nodes: string[]): Promise<void> {
    if (one.hinted.has(userId)) return;
    one.hinted.add(userId);
    this.deps.metrics.hints.inc();
    try {
      for (const node of nodes) await this.deps.hint(node, { userId, entry: one.entry });
    } catch (error) {
      this.deps.log.warn({ reason: (error as Error).message }, 'hint not told');
    }
  }

  private async push(entry: Entry, recipientId: string): Promise<void> {
    await this.deps.queues.add(entry.kind === 'offer' ? 'push-transactional' : 'push-chat', {
      conversationId: entry.conversationId,
      seq: entry.seq,
      recipientId,
    });
    this.deps.metrics.pushes.inc({ outcome: 'queued' });
  }
}

/** The other side; what the system says is for both; what counts as nothing unread needs nobody. */
function recipientsOf(entry: Entry, conversation: Conversation | undefined): string[] {
  if (!conversation || !countedKinds.includes(entry.kind)) return [];
  return conversation.people.filter((person) => person !== entry.senderId);
}
