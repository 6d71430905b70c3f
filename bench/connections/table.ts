import { setTimeout as delay } from 'node:timers/promises';
import { onGround, type Servers } from '../ground.js';
import { obeyed, startLoad } from '../load/generator.js';
import type { Connected } from '../load/orders.js';
import { cpuMicros } from '../measure/cpu.js';
import { median } from '../measure/percentiles.js';
import { bare } from '../peers/bare/peer.js';
import { haggleOf } from '../peers/haggle/peer.js';
import type { Peer } from '../peers/peer.js';
import { least, partsOf, round, table, targetTable } from '../report.js';
import type { Run, Tabled } from '../run.js';

const atOnce = 64;
/** The first times run code that V8 has not compiled yet. */
const warmTimes = 2;
/** Then work that was put off is done (ms): what follows a connection counts, and what follows its end does not. */
const afterglowMs = 1_000;

interface Measured extends Connected {
  cpuMicros: number;
  cpuByPart: Record<string, number>;
}

/**
 * How many connections a second come to `session:ready`, and what each costs. Two nodes; every person connects once, with
 * so many under way at a time. Everybody leaves and comes back several times; each round has new processes.
 */
export async function connectionTable(run: Run): Promise<Tabled> {
  const [pairs, rounds, times] = run.quick ? [250, 1, 2] : [500, 3, 4];
  const peers = [bare, ...run.builds.map(haggleOf)];
  const measured: Record<string, Measured[]> = {};
  for (let number = 1; number <= rounds; number += 1)
    for (const peer of peers) {
      const each = await dialled(run.servers, peer, { pairs, times });
      (measured[peer.name] ??= []).push(...each);
      const rate = median(each.map(perSecond));
      run.progress(`connections, round ${number}, ${peer.name}: ${round(rate)}/s`);
    }
  const medians = Object.fromEntries(
    Object.entries(measured).map(([name, all]) => [name, middle(all)]),
  );
  return { text: inTables(medians, { pairs, rounds, times }), result: { medians, measured } };
}

const perSecond = ({ connections, seconds }: Connected): number => connections / seconds;

async function dialled(
  servers: Servers,
  peer: Peer,
  { pairs: count, times }: { pairs: number; times: number },
): Promise<Measured[]> {
  return onGround(servers, async (ground) => {
    const { pairs, parts } = await peer.start(ground, count);
    const load = await startLoad(ground);
    const doors = pairs.flatMap((pair) => [
      { port: pair.senderPort, token: pair.senderToken },
      { port: pair.recipientPort, token: pair.recipientToken },
    ]);
    const all = { ...parts, mongod: [servers.mongodPid], redis: [servers.redisPid] };
    const read = () => Object.values(all).map(cpuMicros);
    const measured: Measured[] = [];
    for (let time = 0; time < warmTimes + times; time += 1) {
      const before = read();
      const { result } = await obeyed(load, { order: 'dial', doors, atOnce }, 'dialled');
      await delay(afterglowMs);
      const each = read().map((micros, index) => (micros - before[index]!) / result.connections);
      if (time >= warmTimes)
        measured.push({
          ...result,
          cpuMicros: each.reduce((sum, micros) => sum + micros, 0),
          cpuByPart: Object.fromEntries(Object.keys(all).map((part, at) => [part, each[at]!])),
        });
      await obeyed(load, { order: 'hang up' }, 'hung up');
      await delay(afterglowMs);
    }
    return measured;
  });
}

function middle(all: Measured[]) {
  const of = (pick: (one: Measured) => number) => median(all.map(pick));
  const parts = Object.keys(all[0]!.cpuByPart);
  return {
    perSecond: of(perSecond),
    readyMs: { p50: of((one) => one.readyMs.p50), p99: of((one) => one.readyMs.p99) },
    cpuMicros: of((one) => one.cpuMicros),
    cpuByPart: Object.fromEntries(parts.map((part) => [part, of((one) => one.cpuByPart[part]!)])),
  };
}

function inTables(
  medians: Record<string, ReturnType<typeof middle>>,
  { pairs, rounds, times }: { pairs: number; rounds: number; times: number },
): string {
  const lines = Object.entries(medians).map(([name, one]) => [
    name,
    round(one.perSecond),
    `${one.readyMs.p50.toFixed(1)} / ${one.readyMs.p99.toFixed(1)}`,
    round(one.cpuMicros),
    partsOf(one),
  ]);
  const ratio = medians['Haggle']!.perSecond / medians[bare.name]!.perSecond;
  return [
    `${2 * pairs} people, ${atOnce} under way at a time, ${times} times in each of ${rounds} rounds; medians.`,
    table(
      ['peer', 'connections/s', 'ready p50 / p99 ms', 'CPU µs per connection', 'of which'],
      lines,
    ),
    targetTable('Haggle', [least('connections/s ÷ bare', ratio, 0.7)]),
  ].join('\n\n');
}
