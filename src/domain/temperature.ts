import { tradeLimits } from '../contract/trade-limits.js';
import type { view } from '../contract/index.js';

/** Something that counts for or against a person. */
export interface Evidence {
  kind: view.MannerPart['kind'];
  at: Date;
  /** Who rated; null for what no partner said. */
  partnerId: string | null;
}

/** What a fresh one counts. */
export const values: Readonly<Record<Evidence['kind'], number>> = {
  great: 1.5,
  good: 1,
  bad: -3,
  noShow: -3,
  lateCancel: -3,
  warning: -10,
  suspension: -40,
};

/** What is said once more by the same partner weighs less: two friends cannot talk each other up. */
const ratings: readonly Evidence['kind'][] = ['great', 'good', 'bad'];

/** Evidence weighs half as much after so many days … */
const halfLifeDays = 120;
/** … and nothing after these: people change. */
export const windowDays = 365;
export const dayMs = 24 * 3600 * 1000;

const start = tradeLimits.newcomerDegrees;
/** How far the temperature can rise above its start: to 99 degrees, which nobody quite reaches. */
const room = 62.5;

/** The formula in signs that need no translation; `version` moves when what follows from the same evidence does. */
export const formula: view.Manner['formula'] = {
  version: 1,
  start,
  halfLifeDays,
  windowDays,
  text:
    `S = Σ v · 0.5^(d / ${halfLifeDays}) / n, d ≤ ${windowDays}. ` +
    `S ≥ 0: ${start} + ${room} · (1 − e^(−S / 115)). S < 0: ${start} · e^(S / 60)`,
};

/**
 * The manner temperature, 0 to 99 degrees with one decimal, and how it comes about. The same evidence at the same
 * time gives the same answer, in whatever order it is told.
 */
export function mannerOf(
  evidence: readonly Evidence[],
  now: Date,
): Pick<view.Manner, 'temperature' | 'sum' | 'parts'> {
  const parts = Object.entries(values).map(([kind, value]) => ({
    kind: kind as Evidence['kind'],
    value,
    count: 0,
    weighted: 0,
  }));
  const said = new Map<string, number>();
  for (const { kind, at, partnerId } of [...evidence].sort(byTime)) {
    // A clock of another node may be a little ahead: nothing is younger than now.
    const ageDays = Math.max(0, (now.getTime() - at.getTime()) / dayMs);
    if (ageDays > windowDays) continue;
    const part = parts.find((one) => one.kind === kind)!;
    part.count += 1;
    part.weighted += (part.value * 0.5 ** (ageDays / halfLifeDays)) / times(said, kind, partnerId);
  }
  const sum = parts.reduce((total, { weighted }) => total + weighted, 0);
  return { temperature: temperatureOf(sum), sum, parts };
}

/** S to degrees: rises ever more slowly towards 99, falls towards 0. */
function temperatureOf(sum: number): number {
  const degrees = sum >= 0 ? start + room * (1 - Math.exp(-sum / 115)) : start * Math.exp(sum / 60);
  return Math.round(degrees * 10) / 10;
}

/** How often this partner has rated by now; 1 for what is no rating. */
function times(said: Map<string, number>, kind: Evidence['kind'], partnerId: string | null) {
  if (partnerId === null || !ratings.includes(kind)) return 1;
  const nth = (said.get(partnerId) ?? 0) + 1;
  said.set(partnerId, nth);
  return nth;
}

/** The oldest first; what happened in the same moment in a fixed order too. */
const byTime = (a: Evidence, b: Evidence): number =>
  a.at.getTime() - b.at.getTime() || values[a.kind] - values[b.kind];
