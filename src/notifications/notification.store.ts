import type { Connection } from 'mongoose';
import { asInserted, collectionOf } from '../platform/mongo.js';
import type { Category } from './category.js';
import type { CollectionSpec } from '../platform/store.js';

/** An item of a person's list of notifications, pushed or not. */
export interface Notification {
  userId: string;
  /** Of the entry that it tells of; grows with time. One notification for an entry and a person. */
  entryId: string;
  conversationId: string;
  seq: number;
  category: Category;
  /** Key of its text, which the client words. */
  template: string;
  params: Record<string, string | number>;
  /** Of news of a listing none: see `wordsNow`. */
  fallbackText: string;
  /** The same by language; those of before this was kept have none. */
  fallbackTexts?: Record<string, string>;
  /** Where it tells of a listing, which and whose: place and number are then those of `news.ts`. */
  listingId?: string;
  sellerId?: string;
  /** Of the entry. */
  createdAt: Date;
  read: boolean;
}

type NotificationDocument = Notification & { _id: string };

/** What says where a notification belongs. */
export type Place = Pick<
  Notification,
  'userId' | 'conversationId' | 'seq' | 'listingId' | 'sellerId'
>;

/** The newest unread notification of one conversation, or of the news of one listing. */
export type NewestUnread = Place & { entryId: string };

export class NotificationStore {
  static readonly collections: readonly CollectionSpec[] = [
    {
      name: 'notifications',
      indexes: [
        { key: { userId: 1, entryId: -1 } },
        {
          key: { userId: 1, conversationId: 1, seq: 1 },
          partialFilterExpression: { read: false },
        },
        { key: { createdAt: 1 }, expireAfterSeconds: 90 * 24 * 3600 },
      ],
    },
  ];
  private readonly notifications;

  constructor(connection: Connection) {
    this.notifications = collectionOf<NotificationDocument>(connection, 'notifications');
  }

  /** Adds notifications; answers with those that were new. */
  async add(all: readonly Notification[]): Promise<Notification[]> {
    if (all.length === 0) return [];
    const known = await asInserted(
      this.notifications.insertMany(
        all.map((one) => ({ _id: `${one.userId}:${one.entryId}`, ...one })),
        { ordered: false },
      ),
    );
    return all.filter((_, index) => !known.includes(index));
  }

  async forgetPerson(userId: string): Promise<void> {
    await this.notifications.deleteMany({ userId });
  }

  /** The newest first, behind the one that tells of this entry. */
  async page(userId: string, limit: number, after: string | null): Promise<Notification[]> {
    return this.notifications
      .find(
        { userId, ...(after === null ? {} : { entryId: { $lt: after } }) },
        { sort: { entryId: -1 }, limit },
      )
      .toArray();
  }

  /** Marks the one that tells of this entry as read, and the older ones. */
  async readUpTo(userId: string, entryId: string): Promise<void> {
    await this.notifications.updateMany(
      { userId, read: false, entryId: { $lte: entryId } },
      { $set: { read: true } },
    );
  }

  /** Marks as read what conversations hold up to these read positions. */
  async readIn(positions: readonly Place[]): Promise<void> {
    if (positions.length === 0) return;
    await this.notifications.bulkWrite(
      positions.map(({ userId, conversationId, seq }) => ({
        updateMany: {
          filter: { userId, conversationId, read: false, seq: { $lte: seq } },
          update: { $set: { read: true } },
        },
      })),
      { ordered: false },
    );
  }

  /** The conversations about which these people have unread notifications, and the listings. */
  async newestUnread(userIds: readonly string[]): Promise<NewestUnread[]> {
    const found = await this.notifications
      .aggregate<{ _id: Pick<Place, 'userId' | 'conversationId'> } & Omit<NewestUnread, 'userId'>>([
        { $match: { userId: { $in: [...userIds] }, read: false } },
        {
          $group: {
            _id: { userId: '$userId', conversationId: '$conversationId' },
            seq: { $max: '$seq' },
            entryId: { $max: '$entryId' },
            // The same in all of one place.
            listingId: { $max: '$listingId' },
            sellerId: { $max: '$sellerId' },
          },
        },
      ])
      .toArray();
    return found.map(({ _id, listingId, sellerId, ...newest }) => ({
      ..._id,
      ...newest,
      // A place without a listing has none of the two, not null.
      ...(listingId && sellerId ? { listingId, sellerId } : {}),
    }));
  }

  /** Those of these, at places of listings' news, that are not marked as read. */
  async unreadAt(
    places: readonly Pick<Notification, 'userId' | 'conversationId' | 'seq'>[],
  ): Promise<Notification[]> {
    if (places.length === 0) return [];
    return this.notifications
      .find({
        $or: places.map(({ userId, conversationId, seq }) => ({ userId, conversationId, seq })),
        read: false,
      })
      .toArray();
  }

  /** Where those are that are not marked as read, the newest first. */
  async unreadOf(userId: string, limit: number): Promise<Place[]> {
    const projection = { _id: 0, userId: 1, conversationId: 1, seq: 1, listingId: 1, sellerId: 1 };
    return this.notifications
      .find({ userId, read: false }, { projection, sort: { entryId: -1 }, limit })
      .toArray();
  }
}
