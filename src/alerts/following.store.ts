import type { Connection } from 'mongoose';
import { documentsOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Store, specOf } from '../platform/store.js';

/** Somebody wants to hear of what a seller lists. */
export interface Following {
  followerId: string;
  sellerId: string;
  createdAt: Date;
}

type FollowingDocument = Following & { _id: string };

const schema = documentsOf<FollowingDocument>('following');
schema.index({ followerId: 1, createdAt: -1, sellerId: -1 });
schema.index({ sellerId: 1, followerId: 1 });

const newestFirst = { createdAt: -1, sellerId: -1 } as const;

const idOf = (followerId: string, sellerId: string) => `${followerId}:${sellerId}`;

/** Who follows whom. */
export class FollowingStore extends Store<FollowingDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** Adds it, or returns the one that is there. */
  async add(following: Following): Promise<Following> {
    return this.documents
      .findOneAndUpdate(
        { _id: idOf(following.followerId, following.sellerId) },
        { $setOnInsert: following },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<Following>();
  }

  /** One that is not there is no error. */
  async remove(followerId: string, sellerId: string): Promise<void> {
    await this.documents.deleteOne({ _id: idOf(followerId, sellerId) });
  }

  /** Everything of a person, on both sides. */
  async forget(userId: string): Promise<void> {
    await this.documents.deleteMany({ $or: [{ followerId: userId }, { sellerId: userId }] });
  }

  async has(followerId: string, sellerId: string): Promise<boolean> {
    return (await this.documents.exists({ _id: idOf(followerId, sellerId) })) !== null;
  }

  count(followerId: string): Promise<number> {
    return this.documents.countDocuments({ followerId });
  }

  /** Whom a person follows, the last followed first. */
  async ofFollower(
    followerId: string,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<Following[]> {
    return this.documents
      .find({ followerId, ...behind(newestFirst, atTime(after)) })
      .sort(newestFirst)
      .limit(limit)
      .lean<Following[]>();
  }

  /** Some of those who followed a seller at a time, and do still, by their id. */
  async followersOf(
    sellerId: string,
    at: Date,
    limit: number,
    after: string | undefined,
  ): Promise<string[]> {
    const behind = after === undefined ? {} : { followerId: { $gt: after } };
    const found = await this.documents
      .find({ sellerId, createdAt: { $lte: at }, ...behind }, { _id: 0, followerId: 1 })
      .sort({ followerId: 1 })
      .limit(limit)
      .lean<Pick<Following, 'followerId'>[]>();
    return found.map(({ followerId }) => followerId);
  }
}
