import { limits } from '../../../client/index.js';

/** The rules of the contract for a price: what may be offered, and what the shortcuts propose. */

const downToStep = (amount: number) => Math.floor(amount / limits.offerStep) * limits.offerStep;
const upToStep = (amount: number) => Math.ceil(amount / limits.offerStep) * limits.offerStep;

/** The lowest amount that may be offered. */
export const floorOf = (asking: number) => upToStep(asking * limits.offerFloor);

/** The highest one: below the asking price. */
export const ceilingOf = (asking: number) => upToStep(asking) - limits.offerStep;

/** The asking price less a share of it. */
export const reducedBy = (asking: number, share: number) =>
  Math.min(ceilingOf(asking), Math.max(floorOf(asking), downToStep(asking * (1 - share))));

/** A tap on plus or minus moves by about a fiftieth of the price, in a round number. */
export function tapStep(asking: number): number {
  if (asking >= 200_000) return 5_000;
  if (asking >= 20_000) return 1_000;
  return limits.offerStep;
}

export type AmountFault = 'tooLow' | 'tooHigh' | 'wrongStep';

export function faultOf(amount: number, asking: number): AmountFault | undefined {
  if (amount < floorOf(asking)) return 'tooLow';
  if (amount >= asking) return 'tooHigh';
  return amount % limits.offerStep === 0 ? undefined : 'wrongStep';
}
