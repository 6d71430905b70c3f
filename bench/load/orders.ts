import type { PhaseResult } from './tally.js';

/** Two people of one conversation and where their devices connect. */
export interface Pair {
  conversationId: string;
  senderToken: string;
  senderPort: number;
  recipientToken: string;
  recipientPort: number;
}

/**
 * `closed`: each sender always has `window` sends under way, so the servers decide how many there are: saturation.
 * `open`: `rate` sends a second over all senders, whatever the servers do; latencies count from when a send was due,
 * so a server that stalls cannot hide it by being sent less.
 */
export type Phase = { measureMs: number; warmMs: number } & (
  { kind: 'closed'; window: number } | { kind: 'open'; rate: number }
);

/** What the generator is told, one after another … */
export type Order =
  { order: 'connect'; pairs: Pair[]; receipts: boolean } | { order: 'run'; phase: Phase };

/** … and what it says. `measuring` marks the start of the measured time. */
export type Report =
  | { report: 'up' }
  | { report: 'connected' }
  | { report: 'measuring' }
  | { report: 'done'; result: PhaseResult }
  | { report: 'failed'; reason: string };
