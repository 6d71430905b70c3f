import {
  countedKinds,
  isShown,
  type Conversation,
  type ConversationStore,
  type InboxStore,
} from '../../src/conversations/index.js';
import { decidePush } from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { PresenceReader } from '../../src/platform/presence.js';
import { DueQueue } from './due-queue.js';
import { hintEachMs, type Hints } from './hints.js';
import type { EntryHead } from './log.store.js';
import type { Job, Pushes } from './pushes.js';
import type { Repair } from './repair.js';
import type { Term } from './term.js';

/** An entry, until nothing is left to do for it. */
interface Watched {
  entry: EntryHead;
  /** By the clock of its gateway, but never later than it was seen here. */
  writtenAt: number;
  /** The other side; for what the system says both. Undefined before the first look. */
  toHint: string[] | undefined;
  hintAt: number;
  hintsLeft: number;
  toPush: string[];
  pushAt: number;
  /** When rows that still lag are projected here; Infinity once they don't. */
  projectAt: number;
  changesTarget: boolean;
  done: () => void;
}

interface Deps {
  term: Term;
  conversations: ConversationStore;
  inbox: InboxStore;
  presence: PresenceReader;
  pushes: Pushes;
  hints: Hints;
  repair: Repair;
  delays: { offlineMs: number; onlineMs: number };
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

type Rows = Awaited<ReturnType<InboxStore['positionsOf']>>;

/** Looks are this far apart, so that a busy log is asked about in bulk and not entry by entry. */
const gatherMs = 200;
/** Entries of one look; a backlog is worked off in several. */
const lookAtOnce = 2_000;
/** After a failed look (a dependency is away) what was due is looked at again this much later. */
const retryMs = 1_000;
/** Looks at somebody who is connected and hasn't taken the entry: at 2, 4 … 12 s. Then the device's own sync finds it. */
const hintLooks = 6;
/** Rows that lag longer than this are projected here; before, their gateway does it, once for many entries. */
const projectAfterMs = 4_000;
/**
 * Looks after entries that may not have reached anybody: asks in bulk, when they fall due, what was delivered, read
 * and projected, and then hints, repairs, waits or hands a push to the queue. It acts for one term: when that isn't
 * held any more, everything is dropped, and the next holder reads it again.
 */
export class EntryWatch {
  private readonly due = new DueQueue<Watched>(gatherMs);
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private looking: Promise<void> | undefined;
  private closed = false;
  private underWay = 0;

  constructor(private readonly deps: Deps) {}

  /** Calls `done` when nothing is left to do for the entry; tries until it can. */
  see(entry: EntryHead, done: () => void): void {
    if (this.closed) return;
    const now = this.deps.clock().getTime();
    const writtenAt = Math.min(entry.createdAt.getTime(), now);
    const firstLook = writtenAt + this.deps.delays.offlineMs;
    this.deps.metrics.relayUnderWay.set((this.underWay += 1));
    this.watchUntil(firstLook, {
      entry,
      writtenAt,
      toHint: undefined,
      hintAt: 0,
      hintsLeft: hintLooks,
      toPush: [],
      pushAt: 0,
      projectAt: writtenAt + projectAfterMs,
      changesTarget: !isShown(entry),
      done,
    });
  }

  /** Ends after the look that is under way; what is left belongs to the next holder. */
  async stop(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.due.clear();
    await this.looking;
    this.deps.metrics.relayUnderWay.set(0);
  }

  private watchUntil(time: number, one: Watched): void {
    this.due.add(one, time);
    this.wakeAt(time);
  }

  private wakeAt(time: number): void {
    if (this.looking || this.closed) return;
    const now = this.deps.clock().getTime();
    const at = Math.max(now + gatherMs, time);
    // A timer for a later entry must not hold up an earlier one.
    if (at >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => {
      this.timerAt = Infinity;
      this.looking = this.look().finally(() => this.looked());
    }, at - now);
  }

  private async look(): Promise<void> {
    const now = this.deps.clock().getTime();
    const due = this.due.take(now, lookAtOnce);
    try {
      if (due.length > 0) await this.settle(due, now);
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message, due: due.length },
        'relay looks again',
      );
      for (const one of due) this.due.add(one, now + retryMs);
    }
  }

  private looked(): void {
    this.looking = undefined;
    if (!this.deps.term.held) this.closed = true;
    const { next } = this.due;
    if (next !== undefined) this.wakeAt(next);
  }

  private async settle(due: Watched[], now: number): Promise<void> {
    const conversations = await this.deps.conversations.getMany(
      due.map((one) => one.entry.conversationId),
    );
    for (const one of due) this.meet(one, conversations.get(one.entry.conversationId));
    const [rows, nodes] = await Promise.all([
      this.rowsOf(due, conversations),
      this.connectedNodes(due),
    ]);
    if (!this.deps.term.held) return;
    await this.repair(due, conversations, rows, now);
    for (const one of due) this.noteHints(one, rows, nodes, now);
    await this.deps.hints.flush(now);
    await this.push(due, rows, nodes, now);
    for (const one of due) {
      const next = Math.min(
        one.projectAt,
        one.toPush.length > 0 ? one.pushAt : Infinity,
        one.toHint!.length > 0 ? one.hintAt : Infinity,
      );
      if (next < Infinity) {
        this.due.add(one, next);
        continue;
      }
      this.deps.metrics.relayUnderWay.set((this.underWay -= 1));
      one.done();
    }
  }

  /** Whom it concerns: at the first look. */
  private meet(one: Watched, conversation: Conversation | undefined): void {
    if (one.toHint) return;
    const { entry } = one;
    one.toHint = conversation?.people.filter((person) => person !== entry.senderId) ?? [];
    if (countedKinds.includes(entry.kind)) one.toPush = one.toHint;
  }

  private rowsOf(due: Watched[], conversations: Map<string, Conversation>) {
    return this.deps.inbox.positionsOf(
      due.flatMap(({ projectAt, toHint, toPush, entry: { conversationId } }) => {
        const both = conversations.get(conversationId)?.people ?? [];
        const people = projectAt < Infinity ? both : new Set([...toHint!, ...toPush]);
        return [...people].map((userId) => ({ userId, conversationId }));
      }),
    );
  }

  /** Undefined when Redis is away: then nobody is known to be connected, or not to be. */
  private async connectedNodes(due: Watched[]): Promise<Map<string, string[]> | undefined> {
    const people = new Set(due.flatMap((one) => [...one.toHint!, ...one.toPush]));
    try {
      return await this.deps.presence.nodesOf([...people]);
    } catch {
      return undefined;
    }
  }

  private async repair(
    due: Watched[],
    conversations: Map<string, Conversation>,
    rows: Rows,
    now: number,
  ): Promise<void> {
    const lagging: Watched[] = [];
    for (const one of due) {
      const { conversationId } = one.entry;
      const people = conversations.get(conversationId)?.people ?? [];
      const lags = people.some((person) =>
        this.deps.repair.lags(one.entry, rows.get(person, conversationId)),
      );
      if (!lags) one.projectAt = Infinity;
      else if (one.projectAt <= now) lagging.push(one);
    }
    const changes = due.filter((one) => one.changesTarget);
    await this.deps.repair.applyChanges(changes.map((one) => one.entry));
    for (const one of changes) one.changesTarget = false;
    await this.deps.repair.project(
      lagging.map((one) => one.entry),
      conversations,
    );
    for (const one of lagging) one.projectAt = Infinity;
  }

  /** With Redis away nobody can be told; gateways are deaf then, and read the log themselves. */
  private noteHints(
    one: Watched,
    rows: Rows,
    nodes: Map<string, string[]> | undefined,
    now: number,
  ): void {
    if (one.toHint!.length === 0 || one.hintAt > now) return;
    const { conversationId, seq } = one.entry;
    one.toHint = one.toHint!.filter((userId) => {
      if ((rows.get(userId, conversationId)?.deliveredSeq ?? seq) >= seq) return false;
      const at = nodes?.get(userId) ?? [];
      if (at.length > 0)
        this.deps.hints.note({ userId, conversationId, lastSeq: seq }, one.writtenAt, at, now);
      return at.length > 0 || nodes === undefined;
    });
    one.hintsLeft -= 1;
    one.hintAt = now + hintEachMs;
    if (one.hintsLeft === 0) one.toHint = [];
  }

  private async push(
    due: Watched[],
    rows: Rows,
    nodes: Map<string, string[]> | undefined,
    now: number,
  ): Promise<void> {
    const jobs: Job<Watched>[] = [];
    for (const one of due) {
      const { entry, toPush, writtenAt } = one;
      one.pushAt = Infinity;
      one.toPush = toPush.filter((userId) => {
        const row = rows.get(userId, entry.conversationId);
        const decision = decidePush(
          {
            seq: entry.seq,
            readSeq: row?.readSeq ?? 0,
            muted: row?.muted ?? false,
            ...{ blocked: false, gone: false, categoryOff: false, expired: false },
            ...{ quietUntil: null, capUntil: null },
            // With Redis away nobody counts as connected: better a push too many than none.
            connected: (nodes?.get(userId) ?? []).length > 0,
            ageMs: now - writtenAt,
          },
          this.deps.delays,
        );
        if (decision.do === 'wait')
          one.pushAt = Math.min(one.pushAt, writtenAt + decision.untilAgeMs);
        if (decision.do === 'push') jobs.push({ one, entry, userId });
        return decision.do !== 'nothing';
      });
    }
    for (const { one, userId, taken } of await this.deps.pushes.handOver(jobs, this.deps.term)) {
      if (taken) one.toPush = one.toPush.filter((other) => other !== userId);
      else one.pushAt = Math.min(one.pushAt, now + retryMs);
    }
  }
}
