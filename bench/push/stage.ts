import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuMicros } from '../measure/cpu.js';
import type { Processes, Started } from '../measure/processes.js';
import type { WriteOrder, WriteReport } from './writer.js';

/** What the provider has taken so far. */
export interface Taken {
  taken: number;
  recipients: number;
  /** The most pushes that one recipient got. */
  most: number;
}

/** CPU time of a stretch of work: of all parts together and of each, in µs per push. */
export interface Cost {
  cpuMicros: number;
  cpuByPart: Record<string, number>;
}

const lookEachMs = 50;
/** After so many ms without anything new, what is missing will not come. */
const patienceMs = 60_000;

export async function takenBy(provider: Started): Promise<Taken> {
  const answer = once(provider.child, 'message');
  provider.child.send({ type: 'count' });
  const [message] = (await answer) as [Taken];
  return message;
}

/** Waits until `count` reaches a number; resolves with the time it took (ms). Rejects when the count stops growing. */
export async function until(count: () => Promise<number>, wanted: number): Promise<number> {
  const since = performance.now();
  let [seen, movedAt] = [-1, since];
  for (;;) {
    const now = await count();
    if (now >= wanted) return performance.now() - since;
    if (now !== seen) [seen, movedAt] = [now, performance.now()];
    if (performance.now() - movedAt > patienceMs)
      throw new Error(`${seen} of ${wanted}, and nothing moves any more`);
    await delay(lookEachMs);
  }
}

/** Measures the CPU time of these processes during `work`, divided by the number of pushes. */
export async function costOf<T>(
  parts: Record<string, number[]>,
  pushes: number,
  work: () => Promise<T>,
): Promise<T & Cost> {
  const read = () => Object.values(parts).map(cpuMicros);
  const before = read();
  const result = await work();
  const each = read().map((micros, index) => (micros - before[index]!) / pushes);
  return {
    ...result,
    cpuMicros: each.reduce((sum, micros) => sum + micros, 0),
    cpuByPart: Object.fromEntries(Object.keys(parts).map((part, index) => [part, each[index]!])),
  };
}

/** Starts the process that writes entries, and returns a way to give it orders. */
export async function startWriter(processes: Processes, env: Record<string, string>) {
  const writer = await processes.start('writer', 'dist/bench/push/writer.js', { env });
  return {
    pid: writer.pid,
    async write(order: WriteOrder): Promise<{ behindMs: number }> {
      const answer = once(writer.child, 'message');
      writer.child.send(order);
      const [said] = (await answer) as [WriteReport];
      if (said.report !== 'written')
        throw new Error(said.report === 'failed' ? `writer: ${said.reason}` : 'writer: no answer');
      return { behindMs: said.behindMs };
    },
  };
}
