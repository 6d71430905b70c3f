import type { view } from '../contract/index.js';
import type { Contest } from './contest.js';
import type { Sanction } from './sanction.js';
import { formula, mannerOf, type Evidence } from './temperature.js';

/** Something that a person broke in a deal. */
export interface Breach {
  dealId: string;
  kind: 'noShow' | 'lateCancel';
  at: Date;
}

/** All that is known of a person's manner. */
export interface MannerGround extends Pick<view.Manner['counts'], 'sold' | 'bought' | 'reviews'> {
  ratings: readonly Evidence[];
  broken: readonly Breach[];
  /** By deal, those of what was broken. */
  contests: ReadonlyMap<string, Pick<Contest, 'state'>>;
  /** Without those that were lifted. */
  sanctions: readonly Pick<Sanction, 'kind' | 'at'>[];
  tags: view.Manner['tags'];
}

/** The manner that follows from it: what operators overturned does not count. */
export function mannerFrom(ground: MannerGround, now: Date) {
  const { ratings, contests, sanctions, sold, bought, reviews, tags } = ground;
  const broken = ground.broken
    .filter(({ dealId }) => contests.get(dealId)?.state !== 'overturned')
    .map(({ kind, at }): Evidence => ({ kind, at, partnerId: null }));
  const laid = sanctions.map(({ kind, at }): Evidence => ({
    kind: kind === 'warning' ? 'warning' : 'suspension',
    at,
    partnerId: null,
  }));
  const noShows = broken.filter(({ kind }) => kind === 'noShow').length;
  return {
    ...mannerOf([...ratings, ...broken, ...laid], now),
    counts: { sold, bought, reviews, noShows },
    tags,
  };
}

/** `asOf`: when it was computed. */
export const presentManner = ({
  temperature,
  sum,
  parts,
  counts,
  tags,
  asOf,
}: Omit<view.Manner, 'formula' | 'asOf'> & { asOf: Date }): view.Manner => ({
  temperature,
  sum,
  parts,
  formula,
  counts,
  tags,
  asOf: asOf.toISOString(),
});
