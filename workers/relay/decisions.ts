/** From one entry to its pushes: each step needs what the step before it holds; so one file. */
import type { RowPositions, Rows } from '../../src/conversations/index.js';
import type { Conversation } from '../../src/domain/conversation.js';
import { decidePush, type Decided, type PushDecision } from '../../src/domain/decide-push.js';
import { entryIdOf } from '../../src/domain/entry-id.js';
import { fallbacksOf } from '../../src/domain/fallback-text.js';
import type { Metrics } from '../../src/metrics.js';
import { groupBy } from '../../src/platform/group-by.js';
import type { Tracing } from '../../src/platform/tracing.js';
import {
  ReadRuns,
  categoryOf,
  queueOf,
  recipientsOf,
  type Against,
  type Asked,
  type Holds,
  type NewDecision,
  type NewsEntry,
  type Notification,
  type Notifications,
} from '../../src/notifications/index.js';
import { templateOf } from '../push/render/template.js';
import type { EntryHead } from './log.store.js';
import type { Push, Pushes } from './pushes.js';
import type { Term } from './term.js';

/** How far the relay is with one entry: what is left to decide and to hand over. */
export interface EntryProgress {
  readonly entry: EntryHead | NewsEntry;
  /** When it was written, in milliseconds, by its gateway's clock; never later than the relay saw it. */
  readonly writtenAt: number;
  /** Recipients for whom nothing is decided yet. */
  toDecide: { recipientId: string; otherId: string }[];
  /** For an edit or unsend: people who may have been told of its target and were not looked at yet. */
  toChange: string[];
  /** Pushes that were decided and that no queue has taken yet. */
  toHand: Push[];
  /** When the next look is due, in milliseconds; Infinity once nothing is left. */
  lookAt: number;
  /** Recipients who got a hint. */
  hinted: string[];
  /** true: it is in the lists of notifications, or belongs in none. */
  noted: boolean;
}

/** What a look has read about recipients. */
export interface Found {
  now: number;
  rows: Rows<RowPositions>;
  /** The nodes at which each person is connected; undefined: unknown, because Redis is away. */
  nodes: Map<string, string[]> | undefined;
}

interface Deps extends Pick<Notifications, 'facts' | 'decisions' | 'list'> {
  pushes: Pushes;
  delays: { offlineMs: number; onlineMs: number };
  /** Milliseconds after which a push that the queue did not take is offered again. */
  retryMs: number;
  metrics: Metrics;
  tracing: Tracing;
}

/** One recipient of one entry, with the facts that were read so far. */
interface Recipient extends Asked {
  progress: EntryProgress;
  row: RowPositions | undefined;
  connected: boolean | null;
  against?: Against;
  holds?: Holds;
}

const nothingKnown = { blocked: false, gone: false, categoryOff: false, expired: false };
const noHolds: Holds = { quietUntil: null, capUntil: null };

/**
 * Decides for the entries of a look who gets a push. Most entries are read by then, so it first uses what the look has
 * read anyway, and reads further facts in bulk only for recipients who still need them. A decision is stored before it is
 * acted on, so a relay that reads the same part of the log again acts on the same decision.
 */
export class Decisions {
  constructor(private readonly deps: Deps) {}

  /** Called at the first look at an entry; `others`: its people beside the sender. */
  begin(progress: EntryProgress, conversation: Conversation, others: string[]): void {
    const { entry } = progress;
    const category = categoryOf(entry);
    // Chat is in no list of notifications: people find it in their conversations.
    progress.noted = category === null || category === 'chat';
    if (entry.kind !== 'news' && entry.targetSeq !== undefined) progress.toChange = others;
    progress.toDecide = recipientsOf(entry, conversation).map((recipientId) => ({
      recipientId,
      otherId: conversation.otherThan(recipientId),
    }));
  }

  /** Takes each entry as far as it can go now. Rejects when the database is away, and can then be repeated. */
  async look(entries: readonly EntryProgress[], found: Found, term: Term): Promise<void> {
    const now = new Date(found.now);
    await this.settleRead(entries, found, term);
    const recipients = entries.flatMap((progress) => recipientsIn(progress, found));
    await this.gather(recipients, now);
    const waiting: { progress: EntryProgress; until: number }[] = [];
    const decided: { one: Recipient; decision: NewDecision }[] = [];
    for (const one of recipients) {
      const { progress } = one;
      const decision = this.decide(one, now);
      if (decision.do !== 'wait') decided.push({ one, decision: recordOf(one, decision, now) });
      else waiting.push({ progress, until: progress.writtenAt + decision.untilAgeMs });
    }
    if (!term.held) return;
    await this.note(recipients);
    await this.settle(decided);
    for (const progress of entries) {
      progress.lookAt = Infinity;
      change(progress, found);
    }
    for (const { progress, until } of waiting) progress.lookAt = Math.min(progress.lookAt, until);
    await this.handOver(entries, now, term);
  }

  /** Most entries were read by then: nothing else is asked about them, and runs of them are stored together. */
  private async settleRead(
    entries: readonly EntryProgress[],
    { now, rows, nodes }: Found,
    term: Term,
  ): Promise<void> {
    const { metrics, decisions } = this.deps;
    const runs = new ReadRuns();
    const settled: EntryProgress[] = [];
    for (const progress of entries) {
      const [only, second] = progress.toDecide;
      if (!only || second || !progress.noted) continue;
      const { recipientId } = only;
      const { entry } = progress;
      const { conversationId, seq, createdAt } = entry;
      if ((rows.get(recipientId, conversationId)?.readSeq ?? 0) < seq) continue;
      const connected = nodes ? (nodes.get(recipientId)?.length ?? 0) > 0 : null;
      const hinted = progress.hinted.includes(recipientId);
      const category = categoryOf(entry)!;
      runs.add({ conversationId, seq, recipientId, createdAt, category, connected, hinted });
      settled.push(progress);
    }
    if (settled.length === 0 || !term.held) return;
    await decisions.read(runs, new Date(now));
    for (const progress of settled) {
      progress.toDecide = [];
      if (isTraced(progress)) await this.traced(progress, { do: 'nothing', reason: 'read' });
      metrics.relayLag.observe((Date.now() - progress.writtenAt) / 1_000);
    }
    for (const [category, alike] of groupBy(settled, ({ entry }) => categoryOf(entry)!))
      metrics.decisions.inc({ do: 'nothing', reason: 'read', category }, alike.length);
  }

  /** Reads the further facts for recipients who have not read the entry and need not be waited for. */
  private async gather(recipients: Recipient[], now: Date): Promise<void> {
    const { facts } = this.deps;
    const unread = recipients.filter((one) => {
      const decision = this.decide(one, now);
      return decision.do === 'push' || (decision.do === 'wait' && !one.progress.noted);
    });
    const against = await facts.against(unread, now);
    for (const [index, one] of unread.entries()) one.against = against[index]!;
    const free = unread
      .filter((one) => this.decide(one, now).do === 'push')
      .map((one) => ({ one, ...one, settings: one.against!.settings }));
    const holds = await facts.holds(free, now);
    for (const [index, { one }] of free.entries()) one.holds = holds[index]!;
  }

  private decide({ progress, row, connected, against, holds }: Recipient, now: Date): PushDecision {
    return decidePush(
      {
        seq: progress.entry.seq,
        readSeq: row?.readSeq ?? 0,
        ...(against ?? nothingKnown),
        // Mute counts only together with the other facts, because a block has to be checked before it.
        muted: against !== undefined && (row?.muted ?? false),
        // While Redis is away nobody counts as connected: one push too many is better than none.
        connected: connected ?? false,
        ageMs: now.getTime() - progress.writtenAt,
        ...(holds ?? noHolds),
      },
      this.deps.delays,
    );
  }

  /** Adds to the lists of notifications, pushed or not; not across a block, and not for somebody who left. */
  private async note(recipients: readonly Recipient[]): Promise<void> {
    const fresh = recipients.filter(({ progress }) => !progress.noted);
    await this.deps.list.add(
      fresh.filter(({ against }) => !against?.blocked && !against?.gone).map(notificationOf),
    );
    for (const { progress } of fresh) progress.noted = true;
  }

  private async settle(decided: { one: Recipient; decision: NewDecision }[]): Promise<void> {
    const { metrics } = this.deps;
    const standing = await this.deps.decisions.record(decided.map(({ decision }) => decision));
    for (const [index, { one }] of decided.entries()) {
      const { progress, recipientId } = one;
      const { conversationId, seq } = progress.entry;
      const { decided: stands, category, outcome } = standing[index]!;
      progress.toDecide = progress.toDecide.filter((who) => who.recipientId !== recipientId);
      metrics.decisions.inc({ do: stands.do, reason: stands.reason, category });
      metrics.relayLag.observe((Date.now() - progress.writtenAt) / 1_000);
      const trace = await this.traced(progress, { ...stands, category });
      const job = {
        kind: 'entry' as const,
        conversationId,
        seq,
        recipientId,
        ...(trace && { trace }),
      };
      if (stands.do === 'push' && !outcome) progress.toHand.push({ queue: queueOf(category), job });
    }
  }

  /** Shows the decision where the sending was traced; answers with what the push goes on with. */
  private async traced(
    progress: EntryProgress,
    { do: what, reason, category }: { do: string; reason: string; category?: string },
  ): Promise<string | undefined> {
    if (!isTraced(progress)) return undefined;
    const { tracing } = this.deps;
    return tracing.span('relay', () => tracing.here(), {
      kind: 'consumer',
      parent: progress.entry.trace,
      about: {
        'haggle.decision': what,
        'haggle.reason': reason,
        ...(category && { 'haggle.category': category }),
      },
    });
  }

  private async handOver(entries: readonly EntryProgress[], now: Date, term: Term): Promise<void> {
    const all = entries.flatMap(({ toHand }) => toHand);
    const taken = await this.deps.pushes.handOver(all, term);
    if (all.length === 0) return;
    for (const progress of entries) {
      if (progress.toHand.length === 0) continue;
      progress.toHand = progress.toHand.filter((push) => !taken.has(push));
      if (progress.toHand.length > 0)
        progress.lookAt = Math.min(progress.lookAt, now.getTime() + this.deps.retryMs);
    }
  }
}

/** Nearly none is: a promise for each would cost more than the rest of a settled entry. */
const isTraced = (one: EntryProgress): one is EntryProgress & { entry: { trace: string } } =>
  one.entry.kind !== 'news' && one.entry.trace !== undefined;

/** Hands over an update for each person who was told of the target of an edit or unsend and has not read it. */
function change(progress: EntryProgress, found: Found): void {
  const { entry, toChange } = progress;
  const { conversationId, seq: changedBy } = entry;
  const seq = (entry.kind === 'news' ? undefined : entry.targetSeq) ?? Infinity;
  for (const recipientId of toChange) {
    const { pushedSeq = 0, readSeq = 0 } = found.rows.get(recipientId, conversationId) ?? {};
    if (pushedSeq < seq || readSeq >= seq) continue;
    const job = { kind: 'changed' as const, conversationId, recipientId, seq, changedBy };
    progress.toHand.push({ queue: 'chat', job });
  }
  progress.toChange = [];
}

function recipientsIn(progress: EntryProgress, found: Found): Recipient[] {
  const { entry } = progress;
  return progress.toDecide.map(({ recipientId, otherId }) => {
    const row = found.rows.get(recipientId, entry.conversationId);
    const connected = found.nodes ? (found.nodes.get(recipientId) ?? []).length > 0 : null;
    return { progress, entry, recipientId, otherId, row, connected, left: row?.left ?? false };
  });
}

function recordOf(
  { progress, recipientId, row, connected }: Recipient,
  decided: Decided,
  at: Date,
): NewDecision {
  const { entry, hinted } = progress;
  const { conversationId, seq, createdAt } = entry;
  const { deliveredSeq = 0, readSeq = 0 } = row ?? {};
  const seen = { connected, deliveredSeq, readSeq, hinted: hinted.includes(recipientId) };
  const category = categoryOf(entry)!;
  return { conversationId, seq, recipientId, createdAt, category, decided, at, seen };
}

const notificationOf = ({ progress, recipientId, row }: Recipient): Notification => {
  const { entry } = progress;
  const { conversationId, seq, createdAt } = entry;
  return {
    userId: recipientId,
    entryId: entry.kind === 'news' ? entry.id : entryIdOf(entry),
    conversationId,
    seq,
    createdAt,
    category: categoryOf(entry)!,
    ...wordsOf(entry),
    read: (row?.readSeq ?? 0) >= seq,
  };
};

const wordsOf = (entry: EntryProgress['entry']) =>
  entry.kind === 'news'
    ? {
        ...entry.words,
        fallbackText: '',
        listingId: entry.listingId,
        sellerId: entry.sellerId,
      }
    : { ...templateOf(entry), ...fallbacksOf(entry) };
