import type { ClientSession, Connection } from 'mongoose';
import { documentsOf, dueBy, onlyDates, preferenceOf, type ReadFrom } from '../platform/mongo.js';
import { Store, specOf } from '../platform/store.js';
import { atTime, behind, type KeysetPosition } from '../platform/pages.js';
import { Review, type ReviewState } from '../domain/review.js';
import type { Evidence } from '../domain/temperature.js';

type ReviewDocument = Omit<ReviewState, 'id'> & {
  _id: string;
  /** When somebody must check whether it is to be shown; null once that is done. */
  dueAt: Date | null;
};

const schema = documentsOf<ReviewDocument>('reviews');
schema.index({ dealId: 1 });
schema.index({ authorId: 1, createdAt: 1 });
schema.index({ subjectId: 1, shownAt: -1, _id: -1 });
schema.index({ dueAt: 1 }, onlyDates('dueAt'));

/** Ordered by the moment when a review became readable, so that none appears behind a page that was read. */
const newestFirst = { shownAt: -1, _id: -1 } as const;

export class ReviewStore extends Store<ReviewDocument> {
  static readonly collections = [specOf(schema)];

  constructor(connection: Connection) {
    super(connection, schema);
  }

  /** False when this side of the deal has written already: the id is derived from both. */
  async add(review: Review, session: ClientSession): Promise<boolean> {
    const { id, ...state } = review.snapshot();
    const { upsertedCount } = await this.documents.updateOne(
      { _id: id },
      { $setOnInsert: { ...state, dueAt: state.createdAt } },
      { session, upsert: true },
    );
    return upsertedCount === 1;
  }

  async get(id: string): Promise<Review | null> {
    const found = await this.documents.findById(id).lean<ReviewDocument>();
    return found && toReview(found);
  }

  /** The reviews of both sides, as far as they wrote, for each of these deals. */
  async ofDeals(dealIds: string[], session?: ClientSession): Promise<Review[]> {
    const found = await this.documents
      .find({ dealId: { $in: dealIds } })
      .session(session ?? null)
      .lean<ReviewDocument[]>();
    return found.map(toReview);
  }

  /** All that a person wrote, the oldest first. */
  async by(authorId: string): Promise<Review[]> {
    const found = await this.documents
      .find({ authorId })
      .sort({ createdAt: 1 })
      .lean<ReviewDocument[]>();
    return found.map(toReview);
  }

  /** Makes the reviews readable, since both sides wrote. A review that is shown already keeps its moment. */
  async show(dealId: string, now: Date): Promise<void> {
    await this.documents.updateMany(
      { dealId, shownAt: { $gt: now } },
      { $set: { shownAt: now, dueAt: now } },
    );
  }

  /** Notes that these were checked: those not shown yet will be shown by time alone. */
  async lookedAt(ids: string[], now: Date): Promise<void> {
    await this.documents.updateMany(
      { _id: { $in: ids } },
      [{ $set: { dueAt: { $cond: [{ $gt: ['$shownAt', now] }, '$shownAt', null] } } }],
      { updatePipeline: true },
    );
  }

  /** Deals whose reviews must be checked by a time, the most overdue first. */
  async due(until: Date, limit: number): Promise<{ id: string; at: Date }[]> {
    const found = await this.documents
      .find({ dueAt: dueBy(until) }, { dealId: 1, dueAt: 1 })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<{ dealId: string; dueAt: Date }[]>();
    const first = new Map<string, Date>();
    for (const { dealId, dueAt } of found) if (!first.has(dealId)) first.set(dealId, dueAt);
    return [...first].map(([id, at]) => ({ id, at }));
  }

  /** The readable reviews about a person, newest first, without those of these authors. */
  async shownAbout(
    subjectId: string,
    options: {
      now: Date;
      without: ReadonlySet<string>;
      limit: number;
      after: KeysetPosition | null;
      from: ReadFrom;
    },
  ): Promise<Review[]> {
    const { now, without, limit, after, from } = options;
    const found = await this.documents
      .find({
        subjectId,
        shownAt: { $lte: now },
        ...(without.size > 0 ? { authorId: { $nin: [...without] } } : {}),
        ...behind(newestFirst, atTime(after)),
      })
      .read(preferenceOf(from))
      .sort(newestFirst)
      .limit(limit)
      .lean<ReviewDocument[]>();
    return found.map(toReview);
  }

  /** The ratings of a person by partners since a given time, as evidence; only shown reviews count. */
  async ratingsOf(subjectId: string, since: Date, now: Date): Promise<Evidence[]> {
    const found = await this.documents
      .find(
        { subjectId, shownAt: { $lte: now }, createdAt: { $gte: since } },
        { rating: 1, createdAt: 1, authorId: 1 },
      )
      .lean<Pick<ReviewDocument, 'rating' | 'createdAt' | 'authorId'>[]>();
    return found.map(({ rating, createdAt, authorId }) => ({
      kind: rating,
      at: createdAt,
      partnerId: authorId,
    }));
  }

  /** How many reviews about a person are shown, and what they say, the most frequent first. */
  async saidOf(
    subjectId: string,
    now: Date,
  ): Promise<{ reviews: number; tags: { tag: ReviewState['tags'][number]; count: number }[] }> {
    const shown = { subjectId, shownAt: { $lte: now } };
    const [reviews, tags] = await Promise.all([
      this.documents.countDocuments(shown),
      this.documents.aggregate<{ _id: ReviewState['tags'][number]; count: number }>([
        { $match: shown },
        { $unwind: '$tags' },
        { $group: { _id: '$tags', count: { $sum: 1 } } },
        { $sort: { count: -1, _id: 1 } },
      ]),
    ]);
    return { reviews, tags: tags.map(({ _id: tag, count }) => ({ tag, count })) };
  }
}

function toReview({ _id, dueAt: _dueAt, text, ...state }: ReviewDocument): Review {
  return new Review({ id: _id, ...state, ...(text == null ? {} : { text }) });
}
