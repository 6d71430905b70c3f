import { limits } from '../../../client/index.js';

/** Amounts that may be named, in won: both ends included, in whole steps. */
export interface AmountRange {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

const downTo = (step: number, amount: number) => Math.floor(amount / step) * step;
const upTo = (step: number, amount: number) => Math.ceil(amount / step) * step;

/** The range of a first offer, in won: from the contract's floor to just below the price. */
export function firstRange(asking: number): AmountRange {
  const step = limits.offerStepWon;
  return { from: upTo(step, asking * limits.offerFloorShare), to: upTo(step, asking) - step, step };
}

/** The amount of the range next to another one. */
export const nearest = (amount: number, { from, to, step }: AmountRange) =>
  Math.min(to, Math.max(from, downTo(step, amount)));

/** A tap on plus or minus moves by about a fiftieth of the price in a round number, in a narrow range by one step. */
export function tapStep(asking: number, { from, to, step }: AmountRange): number {
  const round = asking >= 200_000 ? 5_000 : asking >= 20_000 ? 1_000 : step;
  return to - from >= round * 2 ? round : step;
}

export type AmountFault = 'tooLow' | 'tooHigh' | 'wrongStep' | 'outOfRange';

export function faultIn(
  amount: number,
  { from, to, step }: AmountRange,
  asking: number,
): AmountFault | undefined {
  const first = firstRange(asking);
  if (amount < from) return from === first.from ? 'tooLow' : 'outOfRange';
  if (amount > to) return to === first.to ? 'tooHigh' : 'outOfRange';
  return amount % step === 0 ? undefined : 'wrongStep';
}
