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
import type { Metrics } from '../../src/platform/metrics.js';
import { templateOf } from '../push/render/template.js';
import type { EntryHead } from './log.store.js';
import type { Push, Pushes } from './pushes.js';
import type { Term } from './term.js';

/** What is left to decide and to hand over for one entry. */
export interface Telling {
  readonly entry: EntryHead;
  /** By the clock of its gateway, but never later than it was seen here. */
  readonly writtenAt: number;
  /** Recipients about whom nothing is decided. */
  toDecide: { recipientId: string; otherId: string }[];
  /** Of an edit or unsend: whom its target may have been told to, until they were looked at. */
  toChange: string[];
  /** Decided, and not taken by a queue yet. */
  toHand: Push[];
  /** When the next look is due; Infinity once nothing is left. */
  lookAt: number;
  /** Recipients who were told that they may be behind. */
  readonly hinted: string[];
  /** It is in the inboxes of notifications, or belongs in none. */
  noted: boolean;
}

/** What a look found out about recipients. */
export interface Found {
  now: number;
  /** Undefined for a row that is not there. */
  row(userId: string, conversationId: string): RowPositions | undefined;
  /** null: presence is not known. */
  connected(userId: string): boolean | null;
}

interface Deps {
  facts: PushFactsLoader;
  decisions: DecisionStore;
  /** Puts it into the inbox of who is told, pushed or not. */
  tellNotifications: TellNotifications;
  pushes: Pushes;
  delays: { offlineMs: number; onlineMs: number };
  /** A push that the queue did not take is offered again after this. */
  retryMs: number;
  metrics: Metrics;
}

/** One recipient of one entry; the facts come step by step. */
interface Case extends Asked {
  telling: Telling;
  row: RowPositions | undefined;
  connected: boolean | null;
  against?: Against;
  holds?: Holds;
}

const nothingKnown = { blocked: false, gone: false, categoryOff: false, expired: false };
const noHolds: Holds = { quietUntil: null, capUntil: null };

/**
 * Decides for the entries of a look who is told: first by what the look found anyway, since most are read by then; the
 * rest is asked in bulk, for those only whom it is about. A decision is stored before it is acted on, so whoever
 * repeats a stretch of the log acts on the same one.
 */
export class Decisions {
  constructor(private readonly deps: Deps) {}

  /** At the first look at an entry. */
  begin(entry: EntryHead, writtenAt: number, conversation: Conversation | undefined): Telling {
    const people = conversation ? recipientsOf(entry, conversation) : [];
    const category = categoryOf(entry);
    return {
      ...{ entry, writtenAt, toHand: [], lookAt: writtenAt, hinted: [] },
      toChange:
        entry.targetSeq === undefined
          ? []
          : (conversation?.people.filter((person) => person !== entry.senderId) ?? []),
      // What people write stands in their conversations.
      noted: category === null || category === 'chat',
      toDecide: people.map((recipientId) => ({
        recipientId,
        otherId: conversation!.otherThan(recipientId),
      })),
    };
  }

  /** Moves each of them on as far as it goes now. Rejects when the database is away; again it does the same. */
  async look(tellings: readonly Telling[], found: Found, term: Term): Promise<void> {
    const now = new Date(found.now);
    const cases = tellings.flatMap((telling) => casesOf(telling, found));
    await this.gather(cases, now);
    const waiting: Case[] = [];
    const decided: { one: Case; decision: NewDecision }[] = [];
    for (const one of cases) {
      const decision = this.decide(one, now);
      if (decision.do === 'wait') waiting.push(one);
      else decided.push({ one, decision: recordOf(one, decision, now) });
    }
    if (!term.held) return;
    await this.note(cases);
    await this.settle(decided);
    for (const telling of tellings) {
      telling.lookAt = Infinity;
      change(telling, found);
    }
    for (const one of waiting) this.waitFor(one, now);
    await this.handOver(tellings, now, term);
  }

  /** What there is to ask about those who haven't read it and are not waited for. */
  private async gather(cases: Case[], now: Date): Promise<void> {
    const { facts } = this.deps;
    const unread = cases.filter((one) => {
      const decision = this.decide(one, now);
      return decision.do === 'push' || (decision.do === 'wait' && !one.telling.noted);
    });
    const against = await facts.against(unread, now);
    for (const [index, one] of unread.entries()) one.against = against[index]!;
    const free = unread
      .filter((one) => this.decide(one, now).do === 'push')
      .map((one) => ({ one, ...one, settings: one.against!.settings }));
    const holds = await facts.holds(free, now);
    for (const [index, { one }] of free.entries()) one.holds = holds[index]!;
  }

  private decide({ telling, row, connected, against, holds }: Case, now: Date): PushDecision {
    return decidePush(
      {
        seq: telling.entry.seq,
        readSeq: row?.readSeq ?? 0,
        ...(against ?? nothingKnown),
        // A block comes before it, and leaves no trace: so not by itself.
        muted: against !== undefined && (row?.muted ?? false),
        // With Redis away nobody counts as connected: better a push too many than none.
        connected: connected ?? false,
        ageMs: now.getTime() - telling.writtenAt,
        ...(holds ?? noHolds),
      },
      this.deps.delays,
    );
  }

  /** Whatever comes of it, except between people whom a block parts, or for one who left. */
  private async note(cases: readonly Case[]): Promise<void> {
    const fresh = cases.filter(({ telling }) => !telling.noted);
    await this.deps.tellNotifications(
      fresh
        .filter(({ against }) => !against?.blocked && !against?.gone)
        .map((one) => notificationOf(one)),
    );
    for (const { telling } of fresh) telling.noted = true;
  }

  private waitFor(one: Case, now: Date): void {
    const decision = this.decide(one, now);
    if (decision.do !== 'wait') return;
    const { telling } = one;
    telling.lookAt = Math.min(telling.lookAt, telling.writtenAt + decision.untilAgeMs);
  }

  private async settle(decided: { one: Case; decision: NewDecision }[]): Promise<void> {
    const { metrics } = this.deps;
    const standing = await this.deps.decisions.record(decided.map(({ decision }) => decision));
    for (const [index, { one }] of decided.entries()) {
      const { telling, recipientId } = one;
      const { decided: stands, category, outcome } = standing[index]!;
      telling.toDecide = telling.toDecide.filter((who) => who.recipientId !== recipientId);
      metrics.decisions.inc({ do: stands.do, reason: stands.reason, category });
      metrics.relayLag.observe((Date.now() - telling.writtenAt) / 1_000);
      if (stands.do === 'push' && !outcome) telling.toHand.push(pushOf(one, category));
    }
  }

  private async handOver(tellings: readonly Telling[], now: Date, term: Term): Promise<void> {
    const all = tellings.flatMap(({ toHand }) => toHand);
    const taken = await this.deps.pushes.handOver(all, term);
    if (all.length === 0) return;
    for (const telling of tellings) {
      if (telling.toHand.length === 0) continue;
      telling.toHand = telling.toHand.filter((push) => !taken.has(push));
      if (telling.toHand.length > 0)
        telling.lookAt = Math.min(telling.lookAt, now.getTime() + this.deps.retryMs);
    }
  }
}

/** Who was told of the target and has not read it is shown what it says now. */
function change(telling: Telling, found: Found): void {
  const { entry, toChange } = telling;
  const { conversationId, seq: changedBy, targetSeq: seq = Infinity } = entry;
  for (const recipientId of toChange) {
    const { pushedSeq = 0, readSeq = 0 } = found.row(recipientId, conversationId) ?? {};
    if (pushedSeq < seq || readSeq >= seq) continue;
    const job = { kind: 'changed' as const, conversationId, recipientId, seq, changedBy };
    telling.toHand.push({ queue: 'chat', job });
  }
  telling.toChange = [];
}

function casesOf(telling: Telling, found: Found): Case[] {
  const { entry } = telling;
  return telling.toDecide.map(({ recipientId, otherId }) => {
    const row = found.row(recipientId, entry.conversationId);
    const connected = found.connected(recipientId);
    return { telling, entry, recipientId, otherId, row, connected, left: row?.left ?? false };
  });
}

const recordOf = (one: Case, decided: Decided, at: Date): NewDecision => {
  const { conversationId, seq, createdAt } = one.telling.entry;
  return {
    ...{ conversationId, seq, recipientId: one.recipientId, createdAt },
    category: categoryOf(one.entry)!,
    ...{ decided, at },
    seen: {
      connected: one.connected,
      deliveredSeq: one.row?.deliveredSeq ?? 0,
      readSeq: one.row?.readSeq ?? 0,
      hinted: one.telling.hinted.includes(one.recipientId),
    },
  };
};

const pushOf = ({ telling, recipientId }: Case, category: Category): Push => {
  const { conversationId, seq } = telling.entry;
  return {
    queue: queueOf(category),
    job: { kind: 'entry', conversationId, seq, recipientId },
  };
};

const notificationOf = ({ telling, recipientId, row }: Case): Notification => {
  const { entry } = telling;
  const { id: entryId, conversationId, seq, createdAt } = entry;
  return {
    ...{ userId: recipientId, entryId, conversationId, seq, createdAt },
    category: categoryOf(entry)!,
    ...templateOf(entry),
    fallbackText: fallbackOf(entry),
    read: (row?.readSeq ?? 0) >= seq,
  };
};
