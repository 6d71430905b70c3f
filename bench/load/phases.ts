import { setTimeout as delay } from 'node:timers/promises';
import type { Crowd } from './crowd.js';
import type { Phase } from './orders.js';
import { Tally, type PhaseResult } from './tally.js';

/** The longest wait (ms) for messages that are under way at the end of a phase. */
const drainMs = 10_000;
/** In an open loop, the most sends without an answer for a peer that falls behind. */
const openMax = 20_000;
/** Sends of an open loop that fell due within this time (ms) are sent together. */
const tickMs = 1;

let nextNumber = 1;

/** Runs one phase to its end. Bounded by its own times, the tally's capacity and the drain. */
export async function runPhase(
  crowd: Crowd,
  phase: Phase,
  measuring: () => void,
): Promise<PhaseResult> {
  const tally = new Tally(nextNumber);
  const start = performance.now();
  const from = start + phase.warmMs;
  const to = from + phase.measureMs;
  tally.measure(from, to);
  const announce = setTimeout(measuring, phase.warmMs);
  if (phase.kind === 'closed') await closedLoop(crowd, tally, phase.window, to);
  else await openLoop(crowd, tally, phase.rate, start, to);
  clearTimeout(announce);
  const deadline = performance.now() + drainMs;
  while (tally.open > 0 && performance.now() < deadline) await delay(20);
  // The second copy of a message may come late.
  await delay(200);
  nextNumber = tally.nextNumber;
  // What was not sent any more would pass for what the servers could not carry.
  if (tally.full)
    throw new Error('A phase sent more messages than the load generator keeps count of');
  return tally.result();
}

async function closedLoop(
  crowd: Crowd,
  tally: Tally,
  window: number,
  until: number,
): Promise<void> {
  const next = (index: number) => {
    const now = performance.now();
    if (now < until && !tally.full) crowd.send(index, now);
  };
  // Who is refused waits as long as it is told, as clients do.
  crowd.begin(tally, (index, retryAfterMs) => {
    if (retryAfterMs === undefined) next(index);
    else setTimeout(next, retryAfterMs, index);
  });
  for (let turn = 0; turn < window; turn += 1)
    for (let index = 0; index < crowd.size; index += 1) next(index);
  await delay(until - performance.now());
}

async function openLoop(
  crowd: Crowd,
  tally: Tally,
  rate: number,
  start: number,
  until: number,
): Promise<void> {
  crowd.begin(tally, () => undefined);
  let made = 0;
  for (;;) {
    const now = performance.now();
    if (now >= until) return;
    const due = Math.floor(((now - start) * rate) / 1_000);
    for (; made < due && !tally.full && tally.open < openMax; made += 1)
      crowd.send(made % crowd.size, start + (made * 1_000) / rate);
    await delay(tickMs);
  }
}
