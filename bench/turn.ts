import { setTimeout as delay } from 'node:timers/promises';
import { onGround, onGrounds, type Servers } from './ground.js';
import { obeyed, said, startLoad } from './load/generator.js';
import type { Phase } from './load/orders.js';
import type { PhaseResult } from './load/tally.js';
import { cpuMicros } from './measure/cpu.js';
import type { Started } from './measure/processes.js';
import type { Ground, Peer } from './peers/peer.js';

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

/** A peer whose devices are connected. */
interface Connected {
  name: string;
  load: Started;
  /** Process ids by part, MongoDB's and Redis' too. */
  parts: Record<string, number[]>;
}

/** Runs one round of one peer: starts it on a database of its own, and runs the phases one after another. */
export async function takeTurn(
  servers: Servers,
  peer: Peer,
  options: { pairs: number; phases: Phase[] },
): Promise<Measured[]> {
  return onGround(servers, async (ground) => {
    const connected = await connect(servers, peer, ground, options.pairs);
    const measured: Measured[] = [];
    for (const phase of options.phases) measured.push(await measure(connected, phase, afterglowMs));
    return measured;
  });
}

/**
 * Starts all peers, warms them up together, and lets them run the phase in turn, so that a slow second of the machine
 * meets them all. Only a peer with a relay puts work off and is waited for. Returns the rounds by name of the peer, fewer
 * where those taken are enough.
 */
export async function takeShortTurns(
  servers: Servers,
  peers: Peer[],
  options: {
    pairs: number;
    warmUp: Phase;
    phase: Phase;
    rounds: number;
    enough: (taken: Record<string, Measured[]>) => boolean;
  },
): Promise<Record<string, Measured[]>> {
  return onGrounds(servers, peers.length, async (grounds) => {
    const connected = await Promise.all(
      peers.map((peer, index) => connect(servers, peer, grounds[index]!, options.pairs)),
    );
    await Promise.all(connected.map((one) => measure(one, options.warmUp, 0)));
    const rounds: Record<string, Measured[]> = {};
    for (let round = 0; round < options.rounds; round += 1) {
      for (const one of connected)
        (rounds[one.name] ??= []).push(
          await measure(one, options.phase, one.parts['relay'] ? afterglowMs : 0),
        );
      if (options.enough(rounds)) break;
    }
    return rounds;
  });
}

/**
 * Runs the peer at saturation, then sends `times` as much as it carried, whatever it answers, and then at saturation
 * again. Returns the three by name.
 */
export async function takeOverload(
  servers: Servers,
  peer: Peer,
  options: { pairs: number; times: number; measureMs: number },
): Promise<Record<'saturation' | 'overload' | 'afterwards', Measured>> {
  const { measureMs, times } = options;
  return onGround(servers, async (ground) => {
    const connected = await connect(servers, peer, ground, options.pairs);
    const full = { kind: 'closed', window: 2, measureMs } as const;
    await measure(connected, { ...full, warmMs: 4_000 }, 0);
    const saturation = await measure(connected, { ...full, warmMs: 1_000 }, afterglowMs);
    const rate = times * saturation.messagesPerSecond;
    const tooMuch = { kind: 'open', rate, warmMs: 2_000, measureMs } as const;
    const overload = await measure(connected, tooMuch, afterglowMs);
    const afterwards = await measure(connected, { ...full, warmMs: 1_000 }, afterglowMs);
    return { saturation, overload, afterwards };
  });
}

async function connect(
  servers: Servers,
  peer: Peer,
  ground: Ground,
  count: number,
): Promise<Connected> {
  const { pairs, parts } = await peer.start(ground, count);
  const load = await startLoad(ground);
  await obeyed(load, { order: 'connect', pairs, receipts: peer.receipts }, 'connected');
  const shared = { mongod: [servers.mongodPid], redis: [servers.redisPid] };
  return { name: peer.name, load, parts: { ...parts, ...shared } };
}

/** Runs one phase and counts the CPU time of the parts meanwhile, and of the work that they put off. */
export async function measure(
  { load, parts }: Pick<Connected, 'load' | 'parts'>,
  phase: Phase,
  afterglow = afterglowMs,
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
  await delay(afterglow);
  const each = read().map((micros, index) => (micros - before[index]!) / result.messages);
  return {
    ...result,
    cpuMicros: each.reduce((sum, micros) => sum + micros, 0),
    cpuByPart: Object.fromEntries(Object.keys(parts).map((part, index) => [part, each[index]!])),
    generatorShare: generatorMicros / tookMicros,
  };
}
