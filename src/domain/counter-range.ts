import { limits } from '../contract/limits.js';

export interface CounterRange {
  from: number;
  to: number;
  step: number;
}

/**
 * The amounts strictly between two others in whole steps, both ends included; null when there is none: the two are so
 * close that one of them has to accept.
 */
export function counterRange(low: number, high: number): CounterRange | null {
  const step = limits.offerStepWon;
  const from = Math.floor(low / step) * step + step;
  const to = Math.ceil(high / step) * step - step;
  return from <= to ? { from, to, step } : null;
}
