import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Order, Phase, Report } from './load/orders.js';
import type { PhaseResult } from './load/tally.js';
import { cpuMicros } from './measure/cpu.js';
import { Processes, type Started } from './measure/processes.js';
import type { Peer } from './peers/peer.js';

/** The servers that every peer uses, with their processes. */
export interface Servers {
  mongoUri: string;
  redisUrl: string;
  mongodPid: number;
  redisPid: number;
}

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
  const name = `bench-${randomBytes(5).toString('hex')}`;
  const uri = new URL(servers.mongoUri);
  uri.pathname = `/${name}`;
  const processes = new Processes();
  const ground = { mongoUri: uri.href, redisUrl: servers.redisUrl, name, processes };
  try {
    const { pairs, parts } = await peer.start(ground, options.pairs);
    const load = await processes.start('load generator', 'dist/bench/load/main.js');
    await obeyed(load, { order: 'connect', pairs, receipts: peer.receipts }, 'connected');
    const all = { ...parts, mongod: [servers.mongodPid], redis: [servers.redisPid] };
    const measured: Measured[] = [];
    for (const phase of options.phases)
      measured.push(await measure(load, phase, all, options.afterglow ?? true));
    return measured;
  } finally {
    await processes.end();
    await drop(uri.href);
  }
}

async function measure(
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

/** Gives the generator an order and waits until it reports it as done. */
async function obeyed<R extends Report['report']>(load: Started, order: Order, report: R) {
  const heard = said(load, report);
  load.child.send(order);
  return heard;
}

/** Waits for a report; rejects when the generator failed or ended instead. */
async function said<R extends Report['report']>(
  { child }: Started,
  wanted: R,
): Promise<Extract<Report, { report: R }>> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('the load generator ended');
  });
  ended.catch(() => undefined);
  try {
    return await Promise.race([ended, reportOf(child, wanted)]);
  } finally {
    over.abort();
  }
}

function reportOf<R extends Report['report']>(
  child: Started['child'],
  wanted: R,
): Promise<Extract<Report, { report: R }>> {
  return new Promise((resolve, reject) => {
    const hear = (report: Report) => {
      if (report.report === wanted) resolve(report as Extract<Report, { report: R }>);
      else if (report.report === 'failed') reject(new Error(`load generator: ${report.reason}`));
      else return;
      child.off('message', hear);
    };
    child.on('message', hear);
  });
}

async function drop(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    await connection.dropDatabase();
  } finally {
    await connection.close();
  }
}
