import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { onGround, type Servers } from '../ground.js';
import { obeyed, startLoad } from '../load/generator.js';
import type { Connected, Door } from '../load/orders.js';
import { cpuMicros } from '../measure/cpu.js';
import { median } from '../measure/percentiles.js';
import { startBare } from '../peers/bare/peer.js';
import { startHaggle, thisBuild, type Build } from '../peers/haggle/nodes.js';
import { signInMany } from '../peers/haggle/people.js';
import type { Ground } from '../peers/peer.js';
import { sign } from '../peers/sign.js';
import { least, partsOf, round, table, targetTable } from '../report.js';
import type { Run, Tabled } from '../run.js';

/** People who connect in one wave, and how many of them at a time. */
const [people, atOnce] = [600, 64];
/** Before that so many waves come twice each, in which V8 compiles what connecting runs. */
const warmWaves = 4;
/** Then work that was put off is done (ms), and counts. */
const afterglowMs = 1_000;
/** Until what follows the end of a wave is done, as to store when people were last seen; it does not count (ms). */
const betweenMs = 3_000;

interface Measured extends Connected {
  cpuMicros: number;
  cpuByPart: Record<string, number>;
}

/** Two nodes to connect to, with so many people. */
interface Peer {
  name: string;
  start: (
    ground: Ground,
    count: number,
  ) => Promise<{ doors: Door[]; parts: Record<string, number[]> }>;
}

const bare: Peer = {
  name: 'bare',
  async start(ground, count) {
    const { ports, secret, parts } = await startBare(ground);
    const tokens = Array.from({ length: count }, () => sign(randomUUID(), secret));
    return { doors: doorsOf(ports, tokens), parts };
  },
};

const haggleOf = (build: Build): Peer => ({
  name: build.name,
  async start(ground, count) {
    const { ports, pem, parts } = await startHaggle(build, ground, { gateways: 2, relay: true });
    const connection = await mongoose.createConnection(ground.mongoUri).asPromise();
    const signedIn = await signInMany(connection, pem, count).finally(() => connection.close());
    const tokens = signedIn.map(({ token }) => token);
    return { doors: doorsOf(ports, tokens), parts };
  },
});

const doorsOf = (ports: number[], tokens: string[]): Door[] =>
  tokens.map((token, index) => ({ token, port: ports[index % ports.length]! }));

/**
 * How many connections a second come to `session:ready`, and what each costs. Wave after wave comes to two nodes, each of
 * people whom the nodes have not seen before, so that no cache knows them. Each round has new processes.
 */
export async function connectionTable(run: Run): Promise<Tabled> {
  const [rounds, waves] = run.quick ? [1, 3] : [3, 5];
  const measured: Record<string, Measured[]> = {};
  for (let number = 1; number <= rounds; number += 1)
    for (const peer of [bare, ...run.builds.map(haggleOf)]) {
      const each = await wavesOf(run.servers, peer, waves);
      (measured[peer.name] ??= []).push(...each);
      const rate = median(each.map(perSecond));
      run.progress(`connections, round ${number}, ${peer.name}: ${round(rate)}/s`);
    }
  const medians = Object.fromEntries(
    Object.entries(measured).map(([name, all]) => [name, middle(all)]),
  );
  const bars = Object.entries(medians).map(([name, one]) => ({
    name,
    value: one.perSecond,
    own: name === thisBuild.name,
  }));
  const title = 'Connections a second';
  return {
    text: inTables(medians, { rounds, waves }),
    result: { medians, measured },
    plot: { title, charts: [{ title, unit: '/s', bars }] },
  };
}

const perSecond = ({ connections, seconds }: Connected): number => connections / seconds;

async function wavesOf(servers: Servers, peer: Peer, waves: number): Promise<Measured[]> {
  return onGround(servers, async (ground) => {
    const { doors, parts } = await peer.start(ground, people * (warmWaves + waves));
    const load = await startLoad(ground);
    const dial = (wave: number) => {
      const coming = doors.slice(wave * people, (wave + 1) * people);
      return obeyed(load, { order: 'dial', doors: coming, atOnce }, 'dialled');
    };
    const hangUp = () => obeyed(load, { order: 'hang up' }, 'hung up');
    for (let time = 0; time < 2 * warmWaves; time += 1) {
      await dial(time % warmWaves);
      await hangUp();
    }
    const all = { ...parts, mongod: [servers.mongodPid], redis: [servers.redisPid] };
    const read = () => Object.values(all).map(cpuMicros);
    const measured: Measured[] = [];
    for (let wave = 0; wave < waves; wave += 1) {
      await delay(betweenMs);
      const before = read();
      const { result } = await dial(warmWaves + wave);
      await delay(afterglowMs);
      const each = read().map((micros, index) => (micros - before[index]!) / result.connections);
      measured.push({
        ...result,
        cpuMicros: each.reduce((sum, micros) => sum + micros, 0),
        cpuByPart: Object.fromEntries(Object.keys(all).map((part, at) => [part, each[at]!])),
      });
      await hangUp();
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
  { rounds, waves }: { rounds: number; waves: number },
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
    `Waves of ${people} people, ${atOnce} under way at a time, ${waves} in each of ${rounds} rounds; medians.`,
    table(
      ['peer', 'connections/s', 'ready p50 / p99 ms', 'CPU µs per connection', 'of which'],
      lines,
    ),
    targetTable('Haggle', [least('connections/s ÷ bare', ratio, 0.7)]),
  ].join('\n\n');
}
