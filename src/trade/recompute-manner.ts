import type { DealStore } from './deal.store.js';
import type { Clock } from '../platform/clock.js';
import type { StoredManner, UserStore } from '../users/index.js';
import type { ReviewStore } from './review.store.js';
import { dayMs, mannerOf, windowDays, type Evidence } from '../domain/temperature.js';

/** Four in the morning in Korea: temperatures change while people sleep. */
const nightHourUtc = 19;
/**
 * `fading`: there is no new evidence, only time passed. In one night many people move by a tenth of a degree, so
 * conversations are not told of it; it is seen when somebody looks.
 */
export type RecomputeManner = (userId: string, why?: { fading: boolean }) => Promise<void>;

/**
 * Computes the manner of a person from all evidence of the last year, and stores it. The revision is read before the
 * evidence, so of two computations at once the one with the older evidence loses and starts again. It may stop once two
 * were stored meanwhile, since the second of them began after this one.
 */
export const createRecomputeManner =
  (deps: {
    users: UserStore;
    reviews: ReviewStore;
    deals: DealStore;
    clock: Clock;
  }): RecomputeManner =>
  async (userId, { fading } = { fading: false }) => {
    let begun: number | undefined;
    for (;;) {
      const known = await deps.users.withManner(userId);
      const stored = known?.manner?.revision ?? 0;
      begun ??= stored;
      if (!known || stored >= begun + 2) return;
      const manner = await computed(deps, userId, deps.clock());
      const shown = !fading && manner.temperature !== known.profile.temperature;
      if (await deps.users.saveManner(userId, { ...manner, revision: stored + 1 }, { shown }))
        return;
    }
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

/** The next time when all temperatures are computed again. */
export function nextNight(now: Date): Date {
  const night = new Date(now);
  night.setUTCHours(nightHourUtc, 0, 0, 0);
  return night > now ? night : new Date(night.getTime() + dayMs);
}
