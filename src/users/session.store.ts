import { Schema, type Connection } from 'mongoose';
import { limits } from '../contract/index.js';
import type { Session } from './session.js';

type SessionDocument = Omit<Session, 'id'> & {
  _id: string;
  refreshHash: string;
  /** The token before the last rotation, good for a few seconds more. */
  previousHash: string | null;
  /** Tokens that were traded, the newest ones: using one again is a sign of theft. A made-up one is not among them. */
  usedHashes: string[];
  rotatedAt: Date;
};

const schema = new Schema<SessionDocument>(
  {
    _id: String,
    userId: { type: String, required: true },
    userAgent: { type: String, default: null },
    refreshHash: { type: String, required: true },
    previousHash: { type: String, default: null },
    usedHashes: { type: [String], default: [] },
    rotatedAt: { type: Date, required: true },
    createdAt: { type: Date, required: true },
    lastUsedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    revokedAt: { type: Date, default: null },
  },
  { collection: 'sessions', versionKey: false },
);
schema.index({ userId: 1, revokedAt: 1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** Older ones are refused all the same, they only no longer end the session. */
const usedKept = 100;

export type Rotation =
  { outcome: 'rotated'; session: Session } | { outcome: 'unknown' } | { outcome: 'reused' };

export class SessionStore {
  private readonly sessions;

  constructor(connection: Connection) {
    this.sessions = connection.model('Session', schema);
  }

  async prepare(): Promise<void> {
    await this.sessions.createIndexes();
  }

  async add(session: Session, refreshHash: string): Promise<void> {
    const { id, ...state } = session;
    await this.sessions.create({
      _id: id,
      ...state,
      refreshHash,
      previousHash: null,
      usedHashes: [],
      rotatedAt: session.createdAt,
    });
  }

  /**
   * Trades `hash` for `nextHash` in one compare-and-set. The token before the last one still works for the grace
   * time (an answer was lost on its way); after that its use means that somebody copied it.
   */
  async rotate(id: string, hash: string, nextHash: string, now: Date): Promise<Rotation> {
    const graceStart = new Date(now.getTime() - limits.refreshGraceSeconds * 1_000);
    const expiresAt = new Date(now.getTime() + limits.refreshTokenSeconds * 1_000);
    const live = { _id: id, revokedAt: null, expiresAt: { $gt: now } };
    const rotated =
      (await this.sessions
        .findOneAndUpdate(
          { ...live, refreshHash: hash },
          {
            $set: {
              refreshHash: nextHash,
              previousHash: hash,
              rotatedAt: now,
              lastUsedAt: now,
              expiresAt,
            },
            $push: { usedHashes: { $each: [hash], $slice: -usedKept } },
          },
          { returnDocument: 'after' },
        )
        .lean<SessionDocument>()) ??
      (await this.sessions
        .findOneAndUpdate(
          { ...live, previousHash: hash, rotatedAt: { $gt: graceStart } },
          { $set: { refreshHash: nextHash, lastUsedAt: now, expiresAt } },
          { returnDocument: 'after' },
        )
        .lean<SessionDocument>());
    if (rotated) return { outcome: 'rotated', session: toSession(rotated) };
    // The newest one gets here too when its session is over.
    const used = await this.sessions.exists({
      _id: id,
      $or: [{ usedHashes: hash }, { refreshHash: hash }],
    });
    return { outcome: used ? 'reused' : 'unknown' };
  }

  async openOf(userId: string, now: Date): Promise<Session[]> {
    const found = await this.sessions
      .find({ userId, revokedAt: null, expiresAt: { $gt: now } })
      .sort({ lastUsedAt: -1 })
      .limit(100)
      .lean<SessionDocument[]>();
    return found.map(toSession);
  }

  /** Those of `ids` that are over, ended or run out. */
  async overAmong(ids: string[], now: Date): Promise<string[]> {
    const open = await this.sessions
      .find({ _id: { $in: ids }, revokedAt: null, expiresAt: { $gt: now } }, { _id: 1 })
      .lean<{ _id: string }[]>();
    const alive = new Set(open.map((session) => session._id));
    return ids.filter((id) => !alive.has(id));
  }

  /** Ends sessions of one person; returns the ids that were open until now. */
  async revoke(filter: { userId: string; id?: string }, now: Date): Promise<string[]> {
    const open = await this.sessions
      .find(
        { userId: filter.userId, revokedAt: null, ...(filter.id ? { _id: filter.id } : {}) },
        { _id: 1 },
      )
      .lean<{ _id: string }[]>();
    const ids = open.map((session) => session._id);
    await this.sessions.updateMany({ _id: { $in: ids } }, { $set: { revokedAt: now } });
    return ids;
  }

  /** Ends a session whose refresh token was used twice, whoever holds it. */
  async revokeFamily(id: string, now: Date): Promise<void> {
    await this.sessions.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: now } });
  }
}

function toSession(document: SessionDocument): Session {
  const { _id, userId, userAgent, createdAt, lastUsedAt, expiresAt, revokedAt } = document;
  return { id: _id, userId, userAgent, createdAt, lastUsedAt, expiresAt, revokedAt };
}
