import { fileURLToPath } from 'node:url';

/** Settings of a process whose clock is to be wrong by so much. */
export const clockOff = (ms: number): Record<string, string> => ({
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('clock-shift.mjs', import.meta.url))}`,
  CLOCK_SHIFT_MS: String(ms),
});
