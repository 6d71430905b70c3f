import type { Connection } from 'mongoose';
import { groupBy } from '../platform/group-by.js';
import { asInserted, collectionOf } from '../platform/mongo.js';
import type { Decided } from '../domain/decide-push.js';
import {
  decisionDays,
  type Decision,
  type DecisionKey,
  type NewDecision,
  type Outcome,
} from './decision.js';
import { ReadLedger, ReadRuns } from './read-ledger.store.js';
import type { CollectionSpec } from '../platform/store.js';

interface DecisionDocument extends Omit<Decision, 'decided'> {
  _id: string;
  do: Decided['do'];
  reason: Decided['reason'];
  until?: Date;
  /** When a held decision is looked at next: at the end of its hold, and again until it has an outcome. */
  nextAt?: Date;
}

/** Outcomes that say that the person was told; no other outcome replaces them. */
const shown: Outcome[] = ['sent', 'digested'];

const keyOf = ({ conversationId, seq, recipientId }: DecisionKey) =>
  `${conversationId}:${seq}:${recipientId}`;

/**
 * Who was to get a push, and why or why not: one document for an entry and a recipient. Entries that were read in time,
 * by far the most, are in the read ledger instead.
 */
export class DecisionStore {
  static readonly collections: readonly CollectionSpec[] = [
    {
      name: 'decisions',
      indexes: [
        { key: { at: 1 }, expireAfterSeconds: decisionDays * 24 * 3600 },
        // Partial indexes, since an index over all decisions would cost each of them a write.
        { key: { nextAt: 1 }, partialFilterExpression: { nextAt: { $exists: true } } },
        { key: { recipientId: 1, until: 1 }, partialFilterExpression: { do: 'hold' } },
        { key: { recipientId: 1, at: 1 }, partialFilterExpression: { category: 'alert' } },
      ],
    },
    ...ReadLedger.collections,
  ];
  private readonly decisions;
  private readonly ledger: ReadLedger;

  constructor(connection: Connection) {
    this.decisions = collectionOf<DecisionDocument>(connection, 'decisions');
    this.ledger = new ReadLedger(connection);
  }

  /**
   * Stores decisions and answers, in their order, with the one that counts for each: the first that was stored for an
   * entry and a recipient, with its outcome. A relay that reads the log again therefore decides nothing anew.
   */
  async record(decisions: NewDecision[]): Promise<Decision[]> {
    const read = decisions.filter(({ decided }) => decided.reason === 'read');
    const others = decisions.filter(({ decided }) => decided.reason !== 'read');
    const [known] = await Promise.all([this.insert(others), this.recordRead(read)]);
    return decisions.map((one) => known.get(keyOf(one)) ?? one);
  }

  private async recordRead(decisions: NewDecision[]): Promise<void> {
    const runs = new ReadRuns();
    for (const { conversationId, recipientId, seq, category, createdAt, seen } of decisions)
      runs.add({
        conversationId,
        recipientId,
        seq,
        category,
        createdAt,
        connected: seen.connected,
        hinted: seen.hinted,
      });
    if (decisions[0]) await this.read(runs, decisions[0].at);
  }

  /** Stores that entries were read when the relay looked at them; for nobody is anything else to be decided. */
  read(runs: ReadRuns, at: Date): Promise<void> {
    return this.ledger.add(runs.all, at);
  }

  /** Adds decisions that are not stored yet, and answers with those that were. */
  private async insert(decisions: NewDecision[]): Promise<Map<string, Decision>> {
    if (decisions.length === 0) return new Map();
    const documents = decisions.map(toDocument);
    const repeated = await asInserted(this.decisions.insertMany(documents, { ordered: false }));
    if (repeated.length === 0) return new Map();
    const found = await this.decisions
      .find({ _id: { $in: repeated.map((at) => documents[at]!._id) } })
      .toArray();
    return new Map(found.map((one) => [one._id, toDecision(one)]));
  }

  /** Records outcomes. "Told" is final, whatever a job that runs twice reports later. */
  async outcomes(told: (DecisionKey & { is: Outcome; at: Date })[]): Promise<void> {
    if (told.length === 0) return;
    await Promise.all(
      [...groupBy(told, ({ is }) => is)].map(([is, alike]) =>
        this.decisions.updateMany(
          { _id: { $in: alike.map(keyOf) }, 'outcome.is': { $nin: shown } },
          { $set: { outcome: { is, at: alike[0]!.at } }, $unset: { nextAt: '' } },
        ),
      ),
    );
  }

  /** The decisions on one entry, for each person whom it concerns. */
  async ofMessage(conversationId: string, seq: number, createdAt: Date): Promise<Decision[]> {
    const own = await this.decisions
      .find({ _id: { $gte: `${conversationId}:${seq}:`, $lt: `${conversationId}:${seq};` } })
      .toArray();
    const read = await this.ledger.ofMessage(conversationId, seq, createdAt);
    const known = new Set(own.map(({ recipientId }) => recipientId));
    return [...own.map(toDecision), ...read.filter((one) => !known.has(one.recipientId))];
  }

  /** The decisions of a digest, oldest first; the same at every try, whatever their outcomes are by then. */
  inDigest(recipientId: string, digest: number): Promise<Decision[]> {
    return this.held(recipientId, { digest });
  }

  /** Held decisions of a person that have no outcome yet and are due to be released, or released again. */
  dueOf(recipientId: string, now: Date): Promise<Decision[]> {
    const when = { until: { $lte: now }, nextAt: { $lte: now } };
    return this.held(recipientId, { ...when, outcome: { $exists: false } });
  }

  private held(recipientId: string, when: Record<string, unknown>): Promise<Decision[]> {
    return this.decisions
      .find({ do: 'hold', recipientId, ...when }, { sort: { until: 1, at: 1 } })
      .map(toDecision)
      .toArray();
  }

  /** Fixes in which digest held decisions are told. False: another worker has done so for some of them. */
  async release(keys: DecisionKey[], digest: number | null): Promise<boolean> {
    const { modifiedCount } = await this.decisions.updateMany(
      { _id: { $in: keys.map(keyOf) }, digest: { $exists: false } },
      { $set: { digest } },
    );
    return modifiedCount === keys.length;
  }

  /** When alerts were shown to these people since a time, and when held ones will be. */
  async alertsOf(recipientIds: string[], since: Date): Promise<Map<string, Date[]>> {
    if (recipientIds.length === 0) return new Map();
    const found = await this.decisions
      .find(
        { category: 'alert', recipientId: { $in: recipientIds }, at: { $gte: since } },
        { projection: { _id: 0, recipientId: 1, do: 1, at: 1, until: 1 } },
      )
      .toArray();
    const shown = new Map<string, Date[]>(recipientIds.map((id) => [id, []]));
    for (const one of found)
      if (one.do !== 'nothing') shown.get(one.recipientId)?.push(one.until ?? one.at);
    return shown;
  }

  /** People with a hold that ends by a time, the most overdue first. */
  async due(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const projection = { _id: 0, recipientId: 1, nextAt: 1 };
    const found = await this.decisions
      .find({ nextAt: { $lte: until } }, { projection, sort: { nextAt: 1 }, limit })
      .toArray();
    const first = new Map<string, Date>();
    for (const { recipientId, nextAt } of found)
      if (!first.has(recipientId)) first.set(recipientId, nextAt!);
    return [...first].map(([id, at]) => ({ id, at }));
  }

  /** Looks at held decisions of a person again at `nextAt`, unless there is an outcome by then. */
  async lookAgain(keys: DecisionKey[], nextAt: Date): Promise<void> {
    await this.decisions.updateMany(
      { _id: { $in: keys.map(keyOf) }, nextAt: { $exists: true } },
      { $set: { nextAt } },
    );
  }

  /** How many decisions are held, counted up to a bound. */
  countHeld(): Promise<number> {
    return this.decisions.countDocuments({ nextAt: { $exists: true } }, { limit: 100_000 });
  }
}

const toDocument = ({ decided, createdAt: _, ...one }: NewDecision): DecisionDocument => ({
  _id: keyOf(one),
  ...one,
  ...decided,
  ...(decided.do === 'hold' ? { nextAt: decided.until } : {}),
});

const toDecision = ({ _id, nextAt: _, ...document }: DecisionDocument): Decision => {
  const { do: what, reason, until, ...one } = document;
  return { ...one, decided: { do: what, reason, ...(until ? { until } : {}) } as Decided };
};
