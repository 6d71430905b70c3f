import { setTimeout as delay } from 'node:timers/promises';
import { onGround, type Servers } from './ground.js';
import { obeyed, said, startLoad } from './load/generator.js';
import type { Phase } from './load/orders.js';
import type { PhaseResult } from './load/tally.js';
import { cpuMicros } from './measure/cpu.js';
import type { Started } from './measure/processes.js';
import type { Peer } from './peers/peer.js';

export interface Measured extends PhaseResult {
  /** CPU time of all servers per message, and of each part, in µs. */
  cpuMicros: number;
  cpuByPart: Record<string, number>;
  /** The share of one core that the load generator took in the phase: near 1, it and not the peer was the limit. */
  generatorShare: number;
}

/**
 * By then servers have done the work that they put off (projections, the relay's looks), which belongs to the messages
 * (ms).
 */
const afterglowMs = 2_500;

/**
 * Runs one round of one peer: starts it on a database of its own, runs the phases one after another, stops and removes
 * it.
 */
export async function takeTurn(
  servers: Servers,
  peer: Peer,
  options: { pairs: number; phases: Phase[]; afterglow?: boolean },
): Promise<Measured[]> {
  return onGround(servers, async (ground) => {
    const { pairs, parts } = await peer.start(ground, options.pairs);
    const load = await startLoad(ground);
    await obeyed(load, { order: 'connect', pairs, receipts: peer.receipts }, 'connected');
    const all = { ...parts, mongod: [servers.mongodPid], redis: [servers.redisPid] };
    const measured: Measured[] = [];
    for (const phase of options.phases)
      measured.push(await measure(load, phase, all, options.afterglow ?? true));
    return measured;
  });
}

/** Runs one phase and counts the CPU time of the parts meanwhile. */
export async function measure(
  load: Started,
  phase: Phase,
  parts: Record<string, number[]>,
  afterglow: boolean,
): Promise<Measured> {
  const read = () => Object.values(parts).map(cpuMicros);
  const done = said(load, 'done');
  // If it fails earlier, the order below reports it.
  done.catch(() => undefined);
  await obeyed(load, { order: 'run', phase }, 'measuring');
  const [before, generatorBefore, since] = [read(), cpuMicros([load.pid]), performance.now()];
  const { result } = await done;
  const generatorMicros = cpuMicros([load.pid]) - generatorBefore;
  const tookMicros = (performance.now() - since) * 1_000;
  if (afterglow) await delay(afterglowMs);
  const each = read().map((micros, index) => (micros - before[index]!) / result.messages);
  return {
    ...result,
    cpuMicros: each.reduce((sum, micros) => sum + micros, 0),
    cpuByPart: Object.fromEntries(Object.keys(parts).map((part, index) => [part, each[index]!])),
    generatorShare: generatorMicros / tookMicros,
  };
}
