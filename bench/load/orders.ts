import type { PhaseResult } from './tally.js';

/** Two people of one conversation, and where their devices connect. */
export interface Pair {
  conversationId: string;
  senderToken: string;
  senderPort: number;
  recipientToken: string;
  recipientPort: number;
}

/**
 * `closed`: each sender always has `window` sends under way, so the servers decide the rate: saturation. `open`: `rate`
 * sends a second over all senders, whatever the servers do; latencies count from when a send was due, so a stalled
 * server cannot hide it by receiving less.
 */
export type Phase = { measureMs: number; warmMs: number } & (
  | { kind: 'closed'; window: number }
  | { kind: 'open'; rate: number }
);

/** The orders to the generator, one after another. */
export type Order =
  | { order: 'connect'; pairs: Pair[]; receipts: boolean }
  | { order: 'run'; phase: Phase };

/** The reports of the generator. `measuring` marks the start of the measured time. */
export type Report =
  | { report: 'up' }
  | { report: 'connected' }
  | { report: 'measuring' }
  | { report: 'done'; result: PhaseResult }
  | { report: 'failed'; reason: string };
