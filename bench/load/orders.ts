import type { PhaseResult } from './tally.js';

/** Two people of one conversation, and where their devices connect. */
export interface Pair {
  conversationId: string;
  senderToken: string;
  senderPort: number;
  recipientToken: string;
  recipientPort: number;
  /** The ids of the two at a Tinode server, whose devices speak its protocol. */
  tinode?: { sender: string; recipient: string };
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

/** Where a device connects, and with which token. */
export interface Door {
  port: number;
  token: string;
}

/** How connecting went: times from opening a TCP connection to `session:ready`. */
export interface Connected {
  connections: number;
  seconds: number;
  readyMs: { p50: number; p99: number };
}

/** How pulling went: each pull was answered with the entries that it asked for. */
export interface Pulled {
  pulls: number;
  entries: number;
}

/** The orders to the generator, one after another. */
export type Order =
  | { order: 'connect'; pairs: Pair[]; receipts: boolean }
  | { order: 'run'; phase: Phase }
  /** Each recipient pulls so many times, as a device that missed the last `behind` entries. */
  | { order: 'pull'; times: number; behind: number }
  /** Connects all, `atOnce` under way at a time, and leaves them connected until the next order. `mayEnd`: they may lose
   * their connections then. */
  | { order: 'dial'; doors: Door[]; atOnce: number; mayEnd?: boolean }
  /** Closes all that were connected by `dial`. */
  | { order: 'hang up' };

/** The reports of the generator. `measuring` marks the start of the measured time. */
export type Report =
  | { report: 'up' }
  | { report: 'connected' }
  | { report: 'measuring' }
  | { report: 'done'; result: PhaseResult }
  | { report: 'pulled'; result: Pulled }
  | { report: 'dialled'; result: Connected }
  | { report: 'hung up' }
  | { report: 'failed'; reason: string };
