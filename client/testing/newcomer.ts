import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { Profile } from '../contract-types.js';

const value = {
  great: 1.5,
  good: 1,
  bad: -3,
  noShow: -3,
  lateCancel: -3,
  warning: -10,
  suspension: -40,
} as const;

/** The manner of somebody of whom nothing is known, as the server tells it. */
export const newcomer: Omit<Profile['manner'], 'asOf'> = {
  temperature: tradeLimits.newcomerDegrees,
  sum: 0,
  parts: Object.entries(value).map(([kind, fresh]) => ({
    kind: kind as keyof typeof value,
    value: fresh,
    count: 0,
    weighted: 0,
  })),
  formula: {
    version: 1,
    start: tradeLimits.newcomerDegrees,
    halfLifeDays: 120,
    windowDays: 365,
    text:
      'S = Σ v · 0.5^(d / 120) / n, d ≤ 365. ' +
      'S ≥ 0: 36.5 + 62.5 · (1 − e^(−S / 115)). S < 0: 36.5 · e^(S / 60)',
  },
  counts: { sold: 0, bought: 0, reviews: 0, noShows: 0 },
  tags: [],
};
