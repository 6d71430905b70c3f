import { appendFileSync } from 'node:fs';

/**
 * The seeds of a test that chance has a part in: as many as `FAULT_SEEDS` says, from `FAULT_SEED` on; otherwise one,
 * another one each time. They are played one after the other on the same servers, so that what a fault leaves behind
 * meets the next one.
 */
export function seeds(): number[] {
  const { FAULT_SEED: first = Date.now() % 2 ** 31, FAULT_SEEDS: count = '1' } = process.env;
  return Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
export function chance(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a test of the matrix measured of a row, for the table that `npm run test:faults` writes. */
export interface Measured {
  row: number;
  seed?: number;
  /** From the end of the fault until everybody has everything, in milliseconds. */
  repairMs?: number | undefined;
  /** Anything else worth telling, by its name. */
  [name: string]: number | undefined;
}

export function tells(measured: Measured): void {
  const file = process.env['FAULT_REPORT'];
  if (file) appendFileSync(file, `${JSON.stringify(measured)}\n`);
  else console.log(JSON.stringify(measured));
}
