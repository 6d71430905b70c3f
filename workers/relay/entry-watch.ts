import type { InboxStore, RowPositions, Rows } from '../../src/conversations/index.js';
import type { Conversation } from '../../src/domain/conversation.js';
import type { WorkerContext } from '../../src/context.js';
import { groupBy } from '../../src/platform/group-by.js';
import type { Recent } from '../../src/platform/recent.js';
import { Loop } from '../loop.js';
import type { Decisions, EntryProgress, Found } from './decisions.js';
import { DueQueue } from './due-queue.js';
import { hintEachMs, type Hints } from './hints.js';
import type { EntryHead } from './log.store.js';
import type { Repair } from './repair.js';
import { RowReader } from './row-reader.js';
import type { Term } from './term.js';

/** An entry for which something is left to do. */
interface Watched extends EntryProgress {
  readonly entry: EntryHead;
  /** Whether it was looked at, so that it is known whom it concerns. */
  met: boolean;
  /** People who may need a hint: the other side, or both for an entry of the system. */
  toHint: string[];
  hintAt: number;
  hintsLeft: number;
  /** When rows that are still behind are projected here, in milliseconds; Infinity once they are up to date. */
  projectAt: number;
  hasEffects: boolean;
  done: () => void;
}

interface Deps extends Pick<WorkerContext, 'presence' | 'clock' | 'log' | 'metrics'> {
  term: Term;
  conversations: Recent<Conversation>;
  inbox: InboxStore;
  decisions: Decisions;
  hints: Hints;
  repair: Repair;
  /** The age in milliseconds at which an entry is looked at for the first time. */
  firstLookMs: number;
}

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
export class EntryWatch extends Loop {
  private readonly due = new DueQueue<Watched>(gatherMs);
  /** Entries in the order in which they were seen. */
  private readonly underWay = new Set<Watched>();
  private readonly rows: RowReader;

  constructor(private readonly deps: Deps) {
    super();
    this.rows = new RowReader(deps.inbox);
  }

  /** Calls `done` when nothing is left to do for the entry, and tries until then. */
  see(entry: EntryHead, done: () => void): void {
    if (!this.goesOn) return;
    const now = this.deps.clock().getTime();
    const writtenAt = Math.min(entry.createdAt.getTime(), now);
    const one: Watched = {
      entry,
      writtenAt,
      done,
      met: false,
      toDecide: [],
      toChange: [],
      toHand: [],
      lookAt: writtenAt,
      noted: true,
      hinted: [],
      toHint: [],
      hintAt: 0,
      hintsLeft: hintLooks,
      projectAt: writtenAt + projectAfterMs,
      hasEffects: this.deps.repair.hasEffects(entry),
    };
    this.underWay.add(one);
    this.due.add(one, writtenAt + this.deps.firstLookMs);
  }

  /** Ends after the look that is under way; the next holder of the lease does the rest. */
  override async stop(): Promise<void> {
    await super.stop();
    this.due.clear();
    this.underWay.clear();
    this.measure();
  }

  protected override get goesOn(): boolean {
    return super.goesOn && this.deps.term.held;
  }

  /** Sets the metrics: entries under way, and the age of the oldest. */
  private measure(): void {
    const [oldest] = this.underWay;
    const { relayUnderWay, relayOldest } = this.deps.metrics;
    relayUnderWay.set(this.underWay.size);
    relayOldest.set(oldest ? (this.deps.clock().getTime() - oldest.writtenAt) / 1_000 : 0);
  }

  protected async turn(): Promise<void> {
    const now = this.deps.clock().getTime();
    const due = this.due.take(now, lookAtOnce);
    try {
      if (due.length > 0) await this.settle(due, now);
    } catch (error) {
      this.deps.log.warn(
        { reason: (error as Error).message, due: due.length },
        'the relay could not look at entries: it looks again',
      );
      for (const one of due) this.due.add(one, now + retryMs);
    }
    this.measure();
    await this.pause(gatherMs);
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
    const found = { now, rows, nodes };
    await this.repair(due, conversations, found);
    const outcomes = { delivered: 0, late: 0 };
    for (const one of due) this.noteHints(one, found, outcomes);
    for (const [outcome, entries] of Object.entries(outcomes))
      this.deps.metrics.deliveries.inc({ outcome }, entries);
    await hints.flush(now);
    await decisions.look(due, found, term);
    for (const one of due) this.goOn(one);
  }

  private goOn(one: Watched): void {
    const next = Math.min(one.projectAt, one.lookAt, one.toHint.length > 0 ? one.hintAt : Infinity);
    if (next < Infinity) return this.due.add(one, next);
    this.underWay.delete(one);
    one.done();
  }

  /** At the first look: finds out whom the entry concerns. */
  private meet(one: Watched, conversation: Conversation | undefined): void {
    if (one.met) return;
    one.met = true;
    if (!conversation) return;
    one.toHint = conversation.people.filter((person) => person !== one.entry.senderId);
    this.deps.decisions.begin(one, conversation, one.toHint);
  }

  private rowsOf(
    due: Watched[],
    conversations: Map<string, Conversation>,
  ): Promise<Rows<RowPositions>> {
    const byConversation = groupBy(due, ({ entry }) => entry.conversationId);
    return this.rows.rowsOf(
      [...byConversation].map(([conversationId, alike]) => {
        const concerned = new Set<string>();
        let seq = 0;
        let isProjected = true;
        for (const one of alike) {
          addConcerned(concerned, one);
          seq = Math.max(seq, one.entry.seq);
          isProjected &&= one.projectAt === Infinity;
        }
        const shownTo = isProjected ? [] : (conversations.get(conversationId)?.people ?? []);
        return { conversationId, seq, concerned, shownTo };
      }),
    );
  }

  /** The nodes of each person; undefined when Redis is away and presence is unknown. */
  private async connectedNodes(due: Watched[]): Promise<Map<string, string[]> | undefined> {
    const people = new Set<string>();
    for (const one of due) addConcerned(people, one);
    try {
      return await this.deps.presence.nodesOf([...people]);
    } catch {
      return undefined;
    }
  }

  private async repair(
    due: Watched[],
    conversations: Map<string, Conversation>,
    { rows, now }: Found,
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
    { rows, nodes, now }: Found,
    outcomes: { delivered: number; late: number },
  ): void {
    if (one.toHint.length === 0 || one.hintAt > now) return;
    const { conversationId, seq, trace } = one.entry;
    const first = one.hintsLeft === hintLooks;
    one.toHint = one.toHint.filter((userId) => {
      const row = rows.get(userId, conversationId);
      if ((row?.deliveredSeq ?? seq) >= seq) {
        if (first && row) outcomes.delivered += 1;
        return false;
      }
      const at = nodes?.get(userId) ?? [];
      if (at.length > 0) {
        if (first) outcomes.late += 1;
        this.deps.hints.note(
          { userId, conversationId, lastSeq: seq, ...(trace && { trace }) },
          one.writtenAt,
          at,
          now,
        );
        if (!one.hinted.includes(userId)) one.hinted.push(userId);
      }
      return at.length > 0 || nodes === undefined;
    });
    one.hintsLeft -= 1;
    one.hintAt = now + hintEachMs;
    if (one.hintsLeft === 0) one.toHint = [];
  }
}

/** Adds the people whose positions and presence the look needs. */
function addConcerned(people: Set<string>, { toHint, toDecide }: Watched): void {
  for (const person of toHint) people.add(person);
  for (const { recipientId } of toDecide) people.add(recipientId);
}
