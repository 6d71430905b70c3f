import type { InboxStore } from '../../src/conversations/index.js';
import type { Conversation } from '../../src/domain/conversation.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';
import type { PresenceReader } from '../../src/platform/presence.js';
import type { Recent } from '../../src/platform/recent.js';
import type { Decisions, EntryProgress } from './decisions.js';
import { DueQueue } from './due-queue.js';
import { hintEachMs, type Hints } from './hints.js';
import type { EntryHead } from './log.store.js';
import type { Repair } from './repair.js';
import type { Term } from './term.js';

/** An entry for which something is left to do. */
interface Watched {
  entry: EntryHead;
  /** When it was written, in milliseconds, by its gateway's clock; never later than the relay saw it. */
  writtenAt: number;
  /** People who may need a hint: the other side, or both for an entry of the system. */
  toHint: string[];
  hintAt: number;
  hintsLeft: number;
  /** Undefined before the first look. */
  progress: EntryProgress | undefined;
  /** When rows that are still behind are projected here, in milliseconds; Infinity once they are up to date. */
  projectAt: number;
  hasEffects: boolean;
  done: () => void;
}

interface Deps {
  term: Term;
  conversations: Pick<Recent<Conversation>, 'getMany'>;
  inbox: InboxStore;
  presence: PresenceReader;
  decisions: Decisions;
  hints: Hints;
  repair: Repair;
  /** The age in milliseconds at which an entry is looked at for the first time. */
  firstLookMs: number;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

type Rows = Awaited<ReturnType<InboxStore['positionsOf']>>;

/** Time between looks, so that entries of a busy log are looked at in bulk. */
const gatherMs = 200;
/** Entries of one look; a backlog is worked off in several. */
const lookAtOnce = 2_000;
/** After a failed look (a dependency is away) what was due is looked at again this much later. */
export const retryMs = 1_000;
/** Hints to a connected person whose devices have not received the entry: at 2, 4 … 12 s. After that their sync finds it. */
const hintLooks = 6;
/** Rows that are behind for longer than this are projected here. Until then their gateway does it, for many entries at once. */
const projectAfterMs = 4_000;
/**
 * Sees to entries that may not have reached anybody. When their time comes it reads in bulk what was delivered, read and
 * projected, and then sends hints, repairs projections, and lets {@link Decisions} decide on pushes. It acts for one
 * term: when the lease is lost it drops everything, and the next holder reads the entries again.
 */
export class EntryWatch {
  private readonly due = new DueQueue<Watched>(gatherMs);
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private looking: Promise<void> | undefined;
  private closed = false;
  /** Entries in the order in which they were seen. */
  private readonly underWay = new Set<Watched>();

  constructor(private readonly deps: Deps) {}

  /** Calls `done` when nothing is left to do for the entry, and tries until then. */
  see(entry: EntryHead, done: () => void): void {
    if (this.closed) return;
    const now = this.deps.clock().getTime();
    const writtenAt = Math.min(entry.createdAt.getTime(), now);
    const one: Watched = {
      entry,
      writtenAt,
      done,
      progress: undefined,
      toHint: [],
      hintAt: 0,
      hintsLeft: hintLooks,
      projectAt: writtenAt + projectAfterMs,
      hasEffects: this.deps.repair.hasEffects(entry),
    };
    this.underWay.add(one);
    this.watchUntil(writtenAt + this.deps.firstLookMs, one);
  }

  /** Ends after the look that is under way; the next holder of the lease does the rest. */
  async stop(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    this.due.clear();
    await this.looking;
    this.underWay.clear();
    this.measure();
  }

  /** Sets the metrics: entries under way, and the age of the oldest. */
  private measure(): void {
    const [oldest] = this.underWay;
    const { relayUnderWay, relayOldest } = this.deps.metrics;
    relayUnderWay.set(this.underWay.size);
    relayOldest.set(oldest ? (this.deps.clock().getTime() - oldest.writtenAt) / 1_000 : 0);
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
    this.measure();
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
    const { term, hints, decisions } = this.deps;
    if (!term.held) return;
    await this.repair(due, conversations, rows, now);
    for (const one of due) this.noteHints(one, rows, nodes, now);
    await hints.flush(now);
    await decisions.look(
      due.map((one) => one.progress!),
      {
        now,
        row: (userId, conversationId) => rows.get(userId, conversationId),
        connected: (userId) => (nodes ? (nodes.get(userId) ?? []).length > 0 : null),
      },
      term,
    );
    for (const one of due) this.goOn(one);
  }

  private goOn(one: Watched): void {
    const { lookAt } = one.progress!;
    const next = Math.min(one.projectAt, lookAt, one.toHint.length > 0 ? one.hintAt : Infinity);
    if (next < Infinity) return this.due.add(one, next);
    this.underWay.delete(one);
    one.done();
  }

  /** At the first look: finds out whom the entry concerns. */
  private meet(one: Watched, conversation: Conversation | undefined): void {
    if (one.progress) return;
    const { entry, writtenAt } = one;
    one.toHint = conversation?.people.filter((person) => person !== entry.senderId) ?? [];
    one.progress = this.deps.decisions.begin(entry, writtenAt, conversation);
  }

  private rowsOf(due: Watched[], conversations: Map<string, Conversation>) {
    return this.deps.inbox.positionsOf(
      due.flatMap((one) => {
        const { conversationId } = one.entry;
        const both = conversations.get(conversationId)?.people ?? [];
        const people = one.projectAt < Infinity ? both : concernedBy(one);
        return [...people].map((userId) => ({ userId, conversationId }));
      }),
    );
  }

  /** The nodes of each person; undefined when Redis is away and presence is unknown. */
  private async connectedNodes(due: Watched[]): Promise<Map<string, string[]> | undefined> {
    const people = new Set(due.flatMap((one) => [...concernedBy(one)]));
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
    const effective = due.filter((one) => one.hasEffects);
    await this.deps.repair.applyEffects(effective.map((one) => one.entry));
    for (const one of effective) one.hasEffects = false;
    await this.deps.repair.project(
      lagging.map((one) => one.entry),
      conversations,
    );
    for (const one of lagging) one.projectAt = Infinity;
  }

  /** While Redis is away no hint can be sent; gateways are deaf then and read the log themselves. */
  private noteHints(
    one: Watched,
    rows: Rows,
    nodes: Map<string, string[]> | undefined,
    now: number,
  ): void {
    if (one.toHint.length === 0 || one.hintAt > now) return;
    const { conversationId, seq } = one.entry;
    one.toHint = one.toHint.filter((userId) => {
      if ((rows.get(userId, conversationId)?.deliveredSeq ?? seq) >= seq) return false;
      const at = nodes?.get(userId) ?? [];
      if (at.length > 0) {
        this.deps.hints.note({ userId, conversationId, lastSeq: seq }, one.writtenAt, at, now);
        if (!one.progress!.hinted.includes(userId)) one.progress!.hinted.push(userId);
      }
      return at.length > 0 || nodes === undefined;
    });
    one.hintsLeft -= 1;
    one.hintAt = now + hintEachMs;
    if (one.hintsLeft === 0) one.toHint = [];
  }
}

/** People whose positions and presence the look needs. */
const concernedBy = ({ toHint, progress }: Watched): Set<string> =>
  new Set([...toHint, ...(progress?.toDecide ?? []).map(({ recipientId }) => recipientId)]);
