import { mannerFrom } from '../domain/manner.js';
import { dayMs, windowDays } from '../domain/temperature.js';
import type { StoredManner } from '../users/index.js';
import type { TradeContext } from './trade-context.js';

/** Four in the morning in Korea: temperatures change while people sleep. */
const nightHourUtc = 19;

/**
 * Computes the manner of a person from all evidence of the last year, and stores it. The revision is read before the
 * evidence, so of two computations at once the one with the older evidence loses and starts again. It may stop once two
 * were stored meanwhile, since the second of them began after this one.
 *
 * `fading`: there is no new evidence, only time passed. In one night many people move by a tenth of a degree, so
 * conversations are not told of it; it is seen when somebody looks.
 */
export async function recomputeManner(
  trade: TradeContext,
  userId: string,
  { fading } = { fading: false },
): Promise<void> {
  let begun: number | undefined;
  for (;;) {
    const known = await trade.users.withManner(userId);
    const stored = known?.manner?.revision ?? 0;
    begun ??= stored;
    if (!known || stored >= begun + 2) return;
    const manner = await computed(trade, userId, trade.clock());
    const shown = !fading && manner.temperature !== known.profile.temperature;
    if (await trade.users.saveManner(userId, { ...manner, revision: stored + 1 }, { shown }))
      return;
  }
}

/** Every night, since reviews and other evidence fade. False: it is not due. */
export async function fadeManner(trade: TradeContext, userId: string): Promise<boolean> {
  const dueAt = (await trade.users.withManner(userId))?.manner?.dueAt;
  if (!dueAt || dueAt > trade.clock()) return false;
  await recomputeManner(trade, userId, { fading: true });
  return true;
}

async function computed(
  { reviews, deals, sanctions, contests }: TradeContext,
  userId: string,
  now: Date,
): Promise<Omit<StoredManner, 'revision'>> {
  const since = new Date(now.getTime() - windowDays * dayMs);
  const [ratings, said, record, laid] = await Promise.all([
    reviews.ratingsOf(userId, since, now),
    reviews.saidOf(userId, now),
    deals.recordOf(userId, since),
    sanctions.standingSince(userId, since),
  ]);
  const contested = await contests.of(record.broken.map(({ dealId }) => dealId));
  const ground = { ratings, ...said, ...record, contests: contested, sanctions: laid };
  const manner = mannerFrom(ground, now);
  const fades = manner.parts.some(({ count }) => count > 0);
  return { ...manner, asOf: now, dueAt: fades ? nextNight(now) : null };
}

/** The next time when all temperatures are computed again. */
function nextNight(now: Date): Date {
  const night = new Date(now);
  night.setUTCHours(nightHourUtc, 0, 0, 0);
  return night > now ? night : new Date(night.getTime() + dayMs);
}
