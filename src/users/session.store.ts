import type { ClientSession, Connection } from 'mongoose';
import { limits } from '../contract/index.js';
import { GatheredLooks } from '../platform/gathered-looks.js';
import { documentsOf, orOnceMore } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';
import { newSalt, successorOf, type RefreshToken, type Session } from './session.js';

type SessionDocument = Omit<Session, 'id'> & {
  _id: string;
  refreshHash: string;
  /** The token that was traded last, and what makes its successor together with it. */
  previousHash: string | null;
  successorSalt: string | null;
  /** The newest tokens that were traded. Using one of them again is a sign of theft; an invented token is not. */
  usedHashes: string[];
  rotatedAt: Date;
  /** How many trades there were. Sessions of the first days, until their next trade, have none. */
  rotation?: number;
  /** An access token of the last trade was used: its answer was not lost. */
  arrived?: boolean;
  /** It rests on tokens of the host app. */
  hosted?: true;
  /** It is one of the admin area: of the secret in its cookie; no refresh token renews it. */
  cookieHash?: string;
  /** When a code of which second factor was shown in it. */
  factor?: ShownFactor;
};

/** `of`: the id of the second factor. */
export interface ShownFactor {
  of: string;
  at: Date;
}

const schema = documentsOf<SessionDocument>('sessions');
schema.index({ userId: 1, revokedAt: 1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** Looks for those who arrive begin so far apart (ms): hundreds come in a second, and each has more to wait for. */
export const arrivalsApartMs = 8;

/** Tokens that are remembered. Older ones are refused too, but no longer end the session. */
const usedKept = 100;

export type Rotation =
  | { outcome: 'rotated'; session: Session; next: RefreshToken; rotation: number }
  | { outcome: 'unknown' }
  /** The token was traded before, or its session is over. */
  | { outcome: 'reused' };

export class SessionStore extends Store<SessionDocument> {
  static readonly collections = [specOf(schema)];

  /** Ends of sessions that nobody ended: after the loss of a node thousands of people come back at once. */
  private readonly ends = new GatheredLooks<Date>((ids) => this.readEnds(ids), arrivalsApartMs);

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** One that a refresh token renews, or one of the admin area. */
  async add(
    session: Session,
    key: { refreshHash: string } | { cookieHash: string },
  ): Promise<void> {
    const { id, ...state } = session;
    await this.documents.create({
      _id: id,
      ...state,
      refreshHash: '',
      ...key,
      previousHash: null,
      successorSalt: null,
      usedHashes: [],
      rotatedAt: session.createdAt,
    });
  }

  /**
   * Trades a token in one compare-and-set. The last one that was traded gets the same successor again, since its answer
   * may have been lost: as long as nothing that came with that answer was used, and for the grace time even then.
   */
  async rotate(presented: RefreshToken, network: string, now: Date): Promise<Rotation> {
    const { sessionId: id, hash } = presented;
    const salt = newSalt();
    const next = successorOf(presented, salt);
    const rotated = await this.documents
      .findOneAndUpdate(
        { _id: id, revokedAt: null, expiresAt: { $gt: now }, refreshHash: hash },
        {
          $set: {
            refreshHash: next.hash,
            previousHash: hash,
            successorSalt: salt,
            rotatedAt: now,
            lastUsedAt: now,
            renewedFrom: network,
            expiresAt: new Date(now.getTime() + limits.refreshTokenSeconds * 1_000),
            arrived: false,
          },
          $inc: { rotation: 1 },
          $push: { usedHashes: { $each: [hash], $slice: -usedKept } },
        },
        { returnDocument: 'after' },
      )
      .lean<SessionDocument>();
    if (rotated) return toRotated(rotated, next);
    const found = await this.documents
      .findOne({ _id: id, $or: [{ usedHashes: hash }, { refreshHash: hash }] })
      .lean<SessionDocument>();
    if (!found) return { outcome: 'unknown' };
    const again = repeatable(found, presented, now);
    return again ? toRotated(found, again) : { outcome: 'reused' };
  }

  /** Whose session of the admin area this is; null: none that lives, and was used since `idleSince`. */
  async useCookie(
    { sessionId, hash }: RefreshToken,
    now: Date,
    idleSince: Date,
  ): Promise<string | null> {
    const found = await this.documents
      .findOneAndUpdate(
        {
          _id: sessionId,
          cookieHash: hash,
          revokedAt: null,
          expiresAt: { $gt: now },
          lastUsedAt: { $gte: idleSince },
        },
        { $max: { lastUsedAt: now } },
        { projection: { userId: 1 } },
      )
      .lean<SessionDocument>();
    return found && found.userId;
  }

  /** A code of the second factor was shown in this session. */
  async showFactor(id: string, factor: ShownFactor): Promise<void> {
    await this.documents.updateOne({ _id: id }, { $set: { factor } });
  }

  /** What was shown in a session that lives; null: it is over. Asked of the database each time. */
  async factorIn(id: string, now: Date): Promise<{ factor?: ShownFactor } | null> {
    return this.documents
      .findOne({ _id: id, revokedAt: null, expiresAt: { $gt: now } }, { factor: 1, _id: 0 })
      .lean<Pick<SessionDocument, 'factor'>>();
  }

  /** An access token of this trade was used. */
  async noteArrival(id: string, rotation: number): Promise<void> {
    await this.documents.updateOne(
      { _id: id, rotation, arrived: false },
      { $set: { arrived: true } },
    );
  }

  async openOf(userId: string, now: Date): Promise<Session[]> {
    const found = await this.documents
      .find({ userId, revokedAt: null, expiresAt: { $gt: now } })
      .sort({ lastUsedAt: -1 })
      .limit(100)
      .lean<SessionDocument[]>();
    return found.map(toSession);
  }

  /** Whether this person has a session, also an ended one, that was opened or renewed last from this network. */
  async hasFrom(userId: string, network: string): Promise<boolean> {
    const found = await this.documents.exists({
      userId,
      $or: [{ openedFrom: network }, { renewedFrom: network }],
    });
    return found !== null;
  }

  /** Those of `ids` that are over, ended or run out. */
  async overAmong(ids: string[], now: Date): Promise<string[]> {
    const ends = await this.ends.getMany(ids);
    return ids.filter((id) => !((ends.get(id) ?? now) > now));
  }

  private async readEnds(ids: string[]): Promise<Map<string, Date>> {
    const found = await this.readAll<Pick<SessionDocument, '_id' | 'expiresAt'>>(
      { _id: { $in: ids }, revokedAt: null },
      { projection: { expiresAt: 1 } },
    );
    return new Map(found.map(({ _id, expiresAt }) => [_id, expiresAt]));
  }

  /**
   * Begins one that rests on tokens of the host app, or lets it go on with a newer one; no refresh token renews it.
   * False: it was ended.
   */
  async goOnHosted(
    { id, userId, expiresAt }: Pick<Session, 'id' | 'userId' | 'expiresAt'>,
    now: Date,
  ): Promise<boolean> {
    const found = await this.documents
      .findOneAndUpdate(
        { _id: id },
        {
          $max: { expiresAt, lastUsedAt: now },
          $setOnInsert: {
            userId,
            hosted: true,
            userAgent: null,
            openedFrom: '',
            renewedFrom: '',
            createdAt: now,
            revokedAt: null,
            refreshHash: '',
            previousHash: null,
            successorSalt: null,
            usedHashes: [],
            rotatedAt: now,
          },
        },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<SessionDocument>();
    return found.revokedAt === null;
  }

  /** Whether it rests on tokens of the host app. */
  async isHosted(id: string): Promise<boolean> {
    return (await this.documents.exists({ _id: id, hosted: true })) !== null;
  }

  /** The ids of the sessions of a person that nobody ended yet: all, or one. */
  async unendedOf(filter: { userId: string; id?: string }): Promise<string[]> {
    const { userId, id } = filter;
    const found = await this.documents
      .find({ userId, revokedAt: null, ...(id === undefined ? {} : { _id: id }) }, { _id: 1 })
      .lean<{ _id: string }[]>();
    return found.map((session) => session._id);
  }

  /** Deletes all of a person, with the networks that they were used from. */
  async forgetPerson(userId: string): Promise<void> {
    await this.documents.deleteMany({ userId });
  }

  /** Whose session it is, ended or not. */
  async ownerOf(id: string): Promise<string | undefined> {
    return (await this.documents.findById(id, { userId: 1 }).lean<SessionDocument>())?.userId;
  }

  /** `step`: in this transaction, which is repeated as a whole. */
  async revoke(ids: string[], now: Date, step?: ClientSession): Promise<void> {
    const write = () =>
      this.documents.updateMany(
        { _id: { $in: ids }, revokedAt: null },
        { $set: { revokedAt: now } },
        step ? { session: step } : {},
      );
    await (step ? write() : orOnceMore(write));
  }
}

/** The successor that this token was traded for, when it may be answered with once more. */
function repeatable(
  found: SessionDocument,
  presented: RefreshToken,
  now: Date,
): RefreshToken | null {
  const { previousHash, successorSalt, refreshHash, rotatedAt, arrived } = found;
  const over = found.revokedAt !== null || found.expiresAt <= now;
  if (over || previousHash !== presented.hash || successorSalt === null) return null;
  const inGrace = now.getTime() - rotatedAt.getTime() <= limits.refreshGraceSeconds * 1_000;
  const next = successorOf(presented, successorSalt);
  return next.hash === refreshHash && (inGrace || arrived === false) ? next : null;
}

const toRotated = (document: SessionDocument, next: RefreshToken): Rotation => ({
  outcome: 'rotated',
  session: toSession(document),
  next,
  rotation: document.rotation ?? 0,
});

function toSession(document: SessionDocument): Session {
  const { _id: id, userId, userAgent, openedFrom, renewedFrom, ...rest } = document;
  const { createdAt, lastUsedAt, expiresAt, revokedAt } = rest;
  const times = { createdAt, lastUsedAt, expiresAt, revokedAt };
  return { id, userId, userAgent, openedFrom, renewedFrom, ...times };
}
