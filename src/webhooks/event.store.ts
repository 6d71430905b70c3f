import { Schema, type Connection, type QueryFilter } from 'mongoose';
import type { view } from '../contract/index.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import type { WebhookEvent } from './webhook-event.js';

/** How a try ended. */
export interface Answer {
  at: Date;
  /** null: no answer came. */
  status: number | null;
  detail: string;
}

export interface StoredEvent extends WebhookEvent {
  state: view.WebhookState;
  tries: number;
  lastAnswer: Answer | null;
  /** When it was stored, or last replayed; it is tried for a day from then on. */
  queuedAt: Date;
}

type EventDocument = Omit<StoredEvent, 'id'> & { _id: string };

const schema = new Schema<EventDocument>(
  {
    _id: String,
    type: String,
    lane: String,
    order: Number,
    at: Date,
    conversationId: String,
    seq: Number,
    subject: Schema.Types.Mixed,
    state: String,
    tries: Number,
    lastAnswer: { type: Schema.Types.Mixed, default: null },
    queuedAt: Date,
  },
  { collection: 'webhookEvents', versionKey: false },
);
schema.index({ lane: 1, order: 1 }, { partialFilterExpression: { state: 'pending' } });
schema.index({ at: -1, _id: -1 });
schema.index({ state: 1, at: -1, _id: -1 });
/** How long events are kept, delivered or not, and can be replayed. */
schema.index({ queuedAt: 1 }, { expireAfterSeconds: 14 * 24 * 3600 });

export const newestFirst = { at: -1, _id: -1 } as const;

/** Filters of lists and replays. */
export interface EventFilter {
  state?: view.WebhookState | undefined;
  types?: readonly view.WebhookType[] | undefined;
}

const filterOf = ({ state, types }: EventFilter): QueryFilter<EventDocument> => ({
  ...(state ? { state } : {}),
  ...(types ? { type: { $in: types } } : {}),
});

/** Events of the outgoing webhooks, until two weeks after they were queued. */
export class WebhookEventStore {
  private readonly events;

  constructor(connection: Connection) {
    this.events = connection.model('WebhookEvent', schema);
  }

  async prepare(): Promise<void> {
    await this.events.createIndexes();
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
  async pendingOf(lanes: string[], limit: number): Promise<StoredEvent[]> {
    const found = await this.events
      .find({ lane: { $in: lanes }, state: 'pending' })
      .sort({ lane: 1, order: 1, _id: 1 })
      .limit(limit)
      .lean<EventDocument[]>();
    return found.map(toEvent);
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
  async page(
    filter: EventFilter,
    limit: number,
    after: KeysetPosition | null,
  ): Promise<StoredEvent[]> {
    const found = await this.events
      .find({ ...filterOf(filter), ...behind(newestFirst, atTime(after)) })
      .sort(newestFirst)
      .limit(limit)
      .lean<EventDocument[]>();
    return found.map(toEvent);
  }

  async byIds(ids: string[]): Promise<StoredEvent[]> {
    const found = await this.events.find({ _id: { $in: ids } }).lean<EventDocument[]>();
    return found.map(toEvent);
  }

  /** Events that happened from one time (included) to another (not included), oldest first. */
  async between(from: Date, to: Date, filter: EventFilter, limit: number): Promise<StoredEvent[]> {
    const found = await this.events
      .find({ at: { $gte: from, $lt: to }, ...filterOf(filter) })
      .sort({ at: 1, _id: 1 })
      .limit(limit)
      .lean<EventDocument[]>();
    return found.map(toEvent);
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
      this.events
        .findOne({ state: 'pending' }, { at: 1 })
        .sort({ at: 1, _id: 1 })
        .lean<{ at: Date }>(),
    ]);
    return { count, oldest: oldest?.at ?? null };
  }
}

function toEvent(document: EventDocument): StoredEvent {
  const { _id, conversationId, seq, ...event } = document;
  return {
    id: _id,
    ...event,
    subject: event.subject,
    ...(conversationId == null ? {} : { conversationId }),
    ...(seq == null ? {} : { seq }),
  };
}
