import { randomUUID } from 'node:crypto';
import type { Connection, mongo } from 'mongoose';
import { asInserted, collectionOf } from '../platform/mongo.js';
import type { CollectionSpec } from '../platform/store.js';

/** One notification for one device: for an entry, or a digest of held ones. */
export interface DeliveryKey {
  /** Begins with `<conversation>:<seq>:` or `digest:<recipient>:<until>:`, ends with the key of the device. */
  id: string;
  /** null: a digest. */
  conversationId: string | null;
  seq: number | null;
  recipientId: string;
  deviceKey: string;
  provider: string;
}

/** What a provider said to one try. */
interface Attempt {
  kind: 'taken' | 'gone' | 'refused' | 'wait' | 'failed';
  /** Names no token and no person's words. */
  detail?: string;
  /** How long the answer took. */
  ms: number;
  at: Date;
}

export interface Delivery extends DeliveryKey {
  /** `free`: a try failed, and the next one may claim it at once. */
  state: 'claimed' | 'free' | 'sent' | 'gone' | 'refused';
  /** When it was last claimed. */
  at: Date;
  /** The last of them. */
  attempts: Attempt[];
}

/** `held`: another worker has it, or died with it; free after `ms` milliseconds. `over`: the device is done. */
export type Claim =
  | { is: 'mine'; holder: string }
  | { is: 'held'; ms: number }
  | { is: 'over'; state: 'sent' | 'gone' | 'refused' };

/** The result of a claimed delivery. */
export interface Settled {
  id: string;
  holder: string;
  /** Left out: no try was made, and the claim is given back. */
  attempt?: Attempt;
}

/** An entry on one device: shown, or about to be. */
export interface Told {
  seq: number;
  deviceKey: string;
  state: 'sent' | 'claimed';
}

type DeliveryDocument = Omit<Delivery, 'id'> & { _id: string; holder: string };

/** A notification that its provider took. */
interface TakenDocument {
  /** Of its delivery. */
  _id: string;
  ms: number;
  at: Date;
}

/** A claim whose holder died is free again after this long. */
const claimMs = 10_000;
const attemptsKept = 10;

const stateAfter = {
  gone: 'gone',
  refused: 'refused',
  wait: 'free',
  failed: 'free',
} as const satisfies Record<Exclude<Attempt['kind'], 'taken'>, Delivery['state']>;

const keptSeconds = 14 * 24 * 3600;

/**
 * What was sent to which device: the claim, which keeps a job that runs twice from ringing twice, and the record of what
 * the providers answered. It works in bulk, since there are thousands of deliveries a second.
 *
 * Deliveries that were taken, by far the most, are added to a collection of their own and not noted in the claim: MongoDB
 * adds a batch of documents for a fraction of what it costs to change as many. See
 * docs/decisions/0013-add-rather-than-change.md.
 */
export class DeliveryStore {
  static readonly collections: readonly CollectionSpec[] = [
    { name: 'deliveries', indexes: [{ key: { at: 1 }, expireAfterSeconds: keptSeconds }] },
    { name: 'takenDeliveries', indexes: [{ key: { at: 1 }, expireAfterSeconds: keptSeconds }] },
  ];
  private readonly deliveries;
  private readonly taken;

  constructor(connection: Connection) {
    this.deliveries = collectionOf<DeliveryDocument>(connection, 'deliveries');
    this.taken = collectionOf<TakenDocument>(connection, 'takenDeliveries');
  }

  /** Claims deliveries; answers in their order. One that is `mine` is no other worker's until settled, or for ten seconds. */
  async claim(keys: DeliveryKey[], now: Date): Promise<Claim[]> {
    if (keys.length === 0) return [];
    const name = randomUUID();
    const wanted = keys.map((key, index) => ({ ...key, holder: `${name}:${index}` }));
    const documents = wanted.map(({ id, ...key }): DeliveryDocument => ({
      _id: id,
      ...key,
      state: 'claimed',
      at: now,
      attempts: [],
    }));
    const known = await asInserted(this.deliveries.insertMany(documents, { ordered: false }));
    const claims = wanted.map(({ holder }): Claim => ({ is: 'mine', holder }));
    const again = known.map((index) => wanted[index]!);
    const answers = await this.claimAgain(again, now);
    known.forEach((index, nth) => (claims[index] = answers[nth]!));
    return claims;
  }

  /** Takes over deliveries that were claimed before and that no worker holds any more. */
  private async claimAgain(wanted: { id: string; holder: string }[], now: Date): Promise<Claim[]> {
    if (wanted.length === 0) return [];
    const freeBefore = new Date(now.getTime() - claimMs);
    const free: mongo.Filter<DeliveryDocument>[] = [
      { state: 'free' },
      { state: 'claimed', at: { $lt: freeBefore } },
    ];
    await this.deliveries.bulkWrite(
      wanted.map(({ id, holder }) => ({
        updateOne: {
          filter: { _id: id, $or: free },
          update: { $set: { state: 'claimed', at: now, holder } },
        },
      })),
      { ordered: false },
    );
    const among = { _id: { $in: wanted.map(({ id }) => id) } };
    const projection = { state: 1, at: 1, holder: 1 };
    const found = await this.deliveries.find(among, { projection }).toArray();
    // Read after the claim: a delivery that was taken until then is not sent again, whoever holds the claim.
    const over = new Set(await this.taken.distinct('_id', among));
    const byId = new Map(found.map((one) => [one._id, one]));
    return wanted.map(({ id, holder }) =>
      over.has(id) ? { is: 'over', state: 'sent' } : claimOf(byId.get(id), holder, now),
    );
  }

  /** Stores what the providers answered. "Taken" counts whoever holds the claim by now. */
  async settle(settled: Settled[]): Promise<void> {
    const taken: TakenDocument[] = [];
    const writes: mongo.AnyBulkWriteOperation<DeliveryDocument>[] = [];
    for (const { id, holder, attempt } of settled) {
      if (attempt?.kind === 'taken') {
        taken.push({ _id: id, ms: attempt.ms, at: attempt.at });
        continue;
      }
      const state: Delivery['state'] = attempt ? stateAfter[attempt.kind] : 'free';
      const update: mongo.UpdateFilter<DeliveryDocument> = { $set: { state } };
      if (attempt) update.$push = { attempts: { $each: [attempt], $slice: -attemptsKept } };
      writes.push({ updateOne: { filter: { _id: id, holder }, update } });
    }
    await Promise.all([
      taken.length > 0 && asInserted(this.taken.insertMany(taken, { ordered: false })),
      writes.length > 0 && this.deliveries.bulkWrite(writes, { ordered: false }),
    ]);
  }

  /** What became of a notification, on each device; `prefix` as its ids begin. */
  async of(prefix: string): Promise<Delivery[]> {
    const among = { _id: { $gte: prefix, $lt: `${prefix}\uffff` } };
    const [found, taken] = await Promise.all([
      this.deliveries.find(among).toArray(),
      this.taken.find(among).toArray(),
    ]);
    const byId = new Map(taken.map((one) => [one._id, one]));
    return found.map(({ _id: id, holder: _, ...delivery }) => {
      const last = byId.get(id);
      if (!last) return { id, ...delivery };
      const attempt: Attempt = { kind: 'taken', ms: last.ms, at: last.at };
      return { id, ...delivery, state: 'sent', attempts: [...delivery.attempts, attempt] };
    });
  }

  /** Entries of a conversation behind a position of which devices of this person took a notification, or are about to. */
  async toldOf(
    where: { conversationId: string; recipientId: string; above: number },
    now: Date,
  ): Promise<Told[]> {
    const { conversationId, recipientId, above } = where;
    const found = await this.deliveries
      .find(
        {
          _id: { $gte: `${conversationId}:`, $lt: `${conversationId};` },
          recipientId,
          seq: { $gt: above },
        },
        { projection: { seq: 1, deviceKey: 1, state: 1, at: 1 } },
      )
      .toArray();
    const taken = new Set(
      await this.taken.distinct('_id', { _id: { $in: found.map(({ _id }) => _id) } }),
    );
    return found.flatMap(({ _id, seq, deviceKey, state, at }): Told[] => {
      const held = state === 'claimed' && at.getTime() + claimMs > now.getTime();
      if (taken.has(_id)) return [{ seq: seq!, deviceKey, state: 'sent' }];
      return held ? [{ seq: seq!, deviceKey, state: 'claimed' }] : [];
    });
  }

  /** Lets refused deliveries be tried again, after an operator has repaired what was wrong. */
  async reopen(prefix: string): Promise<void> {
    await this.deliveries.updateMany(
      { _id: { $gte: prefix, $lt: `${prefix}\uffff` }, state: 'refused' },
      { $set: { state: 'free' } },
    );
  }
}

function claimOf(
  standing: Pick<DeliveryDocument, 'state' | 'at' | 'holder'> | undefined,
  holder: string,
  now: Date,
): Claim {
  // Deleted or freed between the two queries: it may be claimed again at once.
  if (!standing || standing.state === 'free') return { is: 'held', ms: 0 };
  const { state, at } = standing;
  if (state !== 'claimed') return { is: 'over', state };
  if (standing.holder === holder) return { is: 'mine', holder };
  return { is: 'held', ms: Math.max(0, at.getTime() + claimMs - now.getTime()) };
}
