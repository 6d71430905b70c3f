import type { Connection, mongo } from 'mongoose';
import type { view } from '../contract/index.js';
import { collectionOf } from '../platform/mongo.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import type { WebhookEvent } from './webhook-event.js';
import type { CollectionSpec } from '../platform/store.js';

/** How a try ended. */
export type Answer = Omit<NonNullable<view.WebhookEvent['lastAnswer']>, 'at'> & { at: Date };

export interface StoredEvent extends WebhookEvent {
  state: view.WebhookState;
  tries: number;
  lastAnswer: Answer | null;
  /** When it was stored, or last replayed; it is tried for a day from then on. */
  queuedAt: Date;
}

type EventDocument = Omit<StoredEvent, 'id'> & { _id: string };

const newestFirst = { at: -1, _id: -1 } as const;

/** Filters of lists and replays. */
interface EventFilter {
  state?: view.WebhookState | undefined;
  types?: readonly view.WebhookType[] | undefined;
}

const filterOf = ({ state, types }: EventFilter): mongo.Filter<EventDocument> => ({
  ...(state ? { state } : {}),
  ...(types ? { type: { $in: types } } : {}),
});

/** Events of the outgoing webhooks, until two weeks after they were queued. */
export class WebhookEventStore {
  static readonly collections: readonly CollectionSpec[] = [
    {
      name: 'webhookEvents',
      indexes: [
        { key: { lane: 1, order: 1 }, partialFilterExpression: { state: 'pending' } },
        { key: { at: -1, _id: -1 } },
        { key: { state: 1, at: -1, _id: -1 } },
        { key: { type: 1, at: -1, _id: -1 } },
        // How long events are kept, delivered or not, and can be replayed.
        { key: { queuedAt: 1 }, expireAfterSeconds: 14 * 24 * 3600 },
      ],
    },
  ];
  private readonly events;

  constructor(connection: Connection) {
    this.events = collectionOf<EventDocument>(connection, 'webhookEvents');
  }

  /** Stores the events that are not stored yet. */
  async add(events: WebhookEvent[], now: Date): Promise<void> {
    await this.events.bulkWrite(
      events.map(({ id, ...event }) => ({
        updateOne: {
          filter: { _id: id },
          update: {
            $setOnInsert: { ...event, state: 'pending', tries: 0, lastAnswer: null, queuedAt: now },
          },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  /** The next of several lanes, by lane and order, at most `limit` of all together. */
  pendingOf(lanes: string[], limit: number): Promise<StoredEvent[]> {
    const sort = { lane: 1, order: 1, _id: 1 } as const;
    return this.find({ lane: { $in: lanes }, state: 'pending' }, { sort, limit });
  }

  /** Those of the lanes in which an event waits. */
  lanesWithPending(lanes: string[]): Promise<string[]> {
    return this.events.distinct('lane', { lane: { $in: lanes }, state: 'pending' });
  }

  async delivered(ids: string[], answer: Answer): Promise<void> {
    await this.events.updateMany(
      { _id: { $in: ids } },
      { $set: { state: 'delivered', lastAnswer: answer }, $inc: { tries: 1 } },
    );
  }

  async failed(id: string, answer: Answer, state: 'pending' | 'dead'): Promise<void> {
    await this.events.updateOne(
      { _id: id },
      { $set: { state, lastAnswer: answer }, $inc: { tries: 1 } },
    );
  }

  /** Newest first. */
  page(filter: EventFilter, limit: number, after: KeysetPosition | null): Promise<StoredEvent[]> {
    const place = behind(newestFirst, atTime(after));
    return this.find({ ...filterOf(filter), ...place }, { sort: newestFirst, limit });
  }

  byIds(ids: string[]): Promise<StoredEvent[]> {
    return this.find({ _id: { $in: ids } });
  }

  /** Events that happened from one time (included) to another (not included), oldest first. */
  between(from: Date, to: Date, filter: EventFilter, limit: number): Promise<StoredEvent[]> {
    const sort = { at: 1, _id: 1 } as const;
    return this.find({ at: { $gte: from, $lt: to }, ...filterOf(filter) }, { sort, limit });
  }

  private find(
    filter: mongo.Filter<EventDocument>,
    options: mongo.FindOptions = {},
  ): Promise<StoredEvent[]> {
    return this.events
      .find(filter, options)
      .map(({ _id: id, ...event }): StoredEvent => ({ id, ...event }))
      .toArray();
  }

  /** Makes events wait again, as if they had never been sent. */
  async queueAgain(ids: string[], now: Date): Promise<void> {
    await this.events.updateMany(
      { _id: { $in: ids } },
      { $set: { state: 'pending', tries: 0, queuedAt: now } },
    );
  }

  /** How many events wait, counted up to a bound, and since when the oldest waits. */
  async backlog(bound: number): Promise<{ count: number; oldest: Date | null }> {
    const [count, oldest] = await Promise.all([
      this.events.countDocuments({ state: 'pending' }, { limit: bound }),
      this.events.findOne({ state: 'pending' }, { projection: { at: 1 }, sort: { at: 1, _id: 1 } }),
    ]);
    return { count, oldest: oldest?.at ?? null };
  }
}
