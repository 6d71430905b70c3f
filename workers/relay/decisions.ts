import type { RowPositions } from '../../src/conversations/index.js';
import { fallbackOf } from '../../src/domain/fallback-text.js';
import type { Conversation } from '../../src/domain/conversation.js';
import {
  categoryOf,
  queueOf,
  recipientsOf,
  type Against,
  type Asked,
  type Category,
  type DecisionStore,
  type Holds,
  type NewDecision,
  type Notification,
  type PushFactsLoader,
  type TellNotifications,
} from '../../src/notifications/index.js';
import { decidePush, type Decided, type PushDecision } from '../../src/domain/decide-push.js';
import type { Metrics } from '../../src/metrics.js';
import { templateOf } from '../push/render/template.js';
import type { EntryHead } from './log.store.js';
import type { Push, Pushes } from './pushes.js';
import type { Term } from './term.js';

/** How far the relay is with one entry: what is left to decide and to hand over. */
export interface EntryProgress {
  readonly entry: EntryHead;
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
  readonly hinted: string[];
  /** true: it is in the lists of notifications, or belongs in none. */
  noted: boolean;
}

/** What a look has read about recipients. */
export interface Found {
  now: number;
  /** Undefined when there is no such row. */
  row(userId: string, conversationId: string): RowPositions | undefined;
  /** null: unknown, because Redis is away. */
  connected(userId: string): boolean | null;
}

interface Deps {
  facts: PushFactsLoader;
  decisions: DecisionStore;
  /** Adds to the list of notifications of those who are told, pushed or not. */
  tellNotifications: TellNotifications;
  pushes: Pushes;
  delays: { offlineMs: number; onlineMs: number };
  /** Milliseconds after which a push that the queue did not take is offered again. */
  retryMs: number;
  metrics: Metrics;
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

  /** Called at the first look at an entry. */
  begin(
    entry: EntryHead,
    writtenAt: number,
    conversation: Conversation | undefined,
  ): EntryProgress {
    const people = conversation ? recipientsOf(entry, conversation) : [];
    const category = categoryOf(entry);
    return {
      entry,
      writtenAt,
      toHand: [],
      lookAt: writtenAt,
      hinted: [],
      toChange:
        entry.targetSeq === undefined
          ? []
          : (conversation?.people.filter((person) => person !== entry.senderId) ?? []),
      // Chat is in no list of notifications: people find it in their conversations.
      noted: category === null || category === 'chat',
      toDecide: people.map((recipientId) => ({
        recipientId,
        otherId: conversation!.otherThan(recipientId),
      })),
    };
  }

  /** Takes each entry as far as it can go now. Rejects when the database is away, and can then be repeated. */
  async look(entries: readonly EntryProgress[], found: Found, term: Term): Promise<void> {
    const now = new Date(found.now);
    const recipients = entries.flatMap((progress) => recipientsIn(progress, found));
    await this.gather(recipients, now);
    const waiting: Recipient[] = [];
    const decided: { one: Recipient; decision: NewDecision }[] = [];
    for (const one of recipients) {
      const decision = this.decide(one, now);
      if (decision.do === 'wait') waiting.push(one);
      else decided.push({ one, decision: recordOf(one, decision, now) });
    }
    if (!term.held) return;
    await this.note(recipients);
    await this.settle(decided);
    for (const progress of entries) {
      progress.lookAt = Infinity;
      change(progress, found);
    }
    for (const one of waiting) this.waitFor(one, now);
    await this.handOver(entries, now, term);
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
    await this.deps.tellNotifications(
      fresh
        .filter(({ against }) => !against?.blocked && !against?.gone)
        .map((one) => notificationOf(one)),
    );
    for (const { progress } of fresh) progress.noted = true;
  }

  private waitFor(one: Recipient, now: Date): void {
    const decision = this.decide(one, now);
    if (decision.do !== 'wait') return;
    const { progress } = one;
    progress.lookAt = Math.min(progress.lookAt, progress.writtenAt + decision.untilAgeMs);
  }

  private async settle(decided: { one: Recipient; decision: NewDecision }[]): Promise<void> {
    const { metrics } = this.deps;
    const standing = await this.deps.decisions.record(decided.map(({ decision }) => decision));
    for (const [index, { one }] of decided.entries()) {
      const { progress, recipientId } = one;
      const { decided: stands, category, outcome } = standing[index]!;
      progress.toDecide = progress.toDecide.filter((who) => who.recipientId !== recipientId);
      metrics.decisions.inc({ do: stands.do, reason: stands.reason, category });
      metrics.relayLag.observe((Date.now() - progress.writtenAt) / 1_000);
      if (stands.do === 'push' && !outcome) progress.toHand.push(pushOf(one, category));
    }
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

/** Hands over an update for each person who was told of the target of an edit or unsend and has not read it. */
function change(progress: EntryProgress, found: Found): void {
  const { entry, toChange } = progress;
  const { conversationId, seq: changedBy, targetSeq: seq = Infinity } = entry;
  for (const recipientId of toChange) {
    const { pushedSeq = 0, readSeq = 0 } = found.row(recipientId, conversationId) ?? {};
    if (pushedSeq < seq || readSeq >= seq) continue;
    const job = { kind: 'changed' as const, conversationId, recipientId, seq, changedBy };
    progress.toHand.push({ queue: 'chat', job });
  }
  progress.toChange = [];
}

function recipientsIn(progress: EntryProgress, found: Found): Recipient[] {
  const { entry } = progress;
  return progress.toDecide.map(({ recipientId, otherId }) => {
    const row = found.row(recipientId, entry.conversationId);
    const connected = found.connected(recipientId);
    return { progress, entry, recipientId, otherId, row, connected, left: row?.left ?? false };
  });
}

const recordOf = (one: Recipient, decided: Decided, at: Date): NewDecision => {
  const { conversationId, seq, createdAt } = one.progress.entry;
  return {
    conversationId,
    seq,
    recipientId: one.recipientId,
    createdAt,
    category: categoryOf(one.entry)!,
    decided,
    at,
    seen: {
      connected: one.connected,
      deliveredSeq: one.row?.deliveredSeq ?? 0,
      readSeq: one.row?.readSeq ?? 0,
      hinted: one.progress.hinted.includes(one.recipientId),
    },
  };
};

const pushOf = ({ progress, recipientId }: Recipient, category: Category): Push => {
  const { conversationId, seq } = progress.entry;
  return {
    queue: queueOf(category),
    job: { kind: 'entry', conversationId, seq, recipientId },
  };
};

const notificationOf = ({ progress, recipientId, row }: Recipient): Notification => {
  const { entry } = progress;
  const { id: entryId, conversationId, seq, createdAt } = entry;
  return {
    userId: recipientId,
    entryId,
    conversationId,
    seq,
    createdAt,
    category: categoryOf(entry)!,
    ...templateOf(entry),
    fallbackText: fallbackOf(entry),
    read: (row?.readSeq ?? 0) >= seq,
  };
};
