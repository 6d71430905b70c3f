import type { DealStore } from '../deals/index.js';
import type { Clock } from '../platform/clock.js';
import type { StoredManner, UserStore } from '../users/index.js';
import type { ReviewStore } from './review.store.js';
import { dayMs, mannerOf, windowDays, type Evidence } from './temperature.js';

/** Four in the morning in Korea: temperatures drift while people sleep. */
const nightHourUtc = 19;
/** Each lost race means that somebody else stored a newer one; so many in a row mean that something is wrong. */
const tries = 10;

export type RecomputeManner = (userId: string) => Promise<void>;

/**
 * Computes the manner of a person from all evidence of the last year, and stores it. The revision is read before the
 * evidence: so of two that run at once the one with the older evidence loses, and starts again.
 */
export const createRecomputeManner =
  (deps: {
    users: UserStore;
    reviews: ReviewStore;
    deals: DealStore;
    clock: Clock;
  }): RecomputeManner =>
  async (userId) => {
    for (let left = tries; left > 0; left -= 1) {
      const known = await deps.users.withManner(userId);
      if (!known) return;
      const manner = await computed(deps, userId, deps.clock());
      const revision = (known.manner?.revision ?? 0) + 1;
      if (await deps.users.saveManner(userId, { ...manner, revision })) return;
    }
    throw new Error(`the manner of ${userId} could not be stored`);
  };

async function computed(
  { reviews, deals }: { reviews: ReviewStore; deals: DealStore },
  userId: string,
  now: Date,
): Promise<Omit<StoredManner, 'revision'>> {
  const since = new Date(now.getTime() - windowDays * dayMs);
  const [ratings, said, record] = await Promise.all([
    reviews.ratingsOf(userId, since, now),
    reviews.saidOf(userId, now),
    deals.recordOf(userId, since),
  ]);
  const broken = record.broken.map((one): Evidence => ({ ...one, partnerId: null }));
  const evidence = [...ratings, ...broken];
  return {
    ...mannerOf(evidence, now),
    counts: {
      sold: record.sold,
      bought: record.bought,
      reviews: said.reviews,
      noShows: broken.filter(({ kind }) => kind === 'noShow').length,
    },
    tags: said.tags,
    asOf: now,
    dueAt: evidence.length > 0 ? nextNight(now) : null,
  };
}

/** The next time at which all temperatures are computed again. */
export function nextNight(now: Date): Date {
  const night = new Date(now);
  night.setUTCHours(nightHourUtc, 0, 0, 0);
  return night > now ? night : new Date(night.getTime() + dayMs);
}
