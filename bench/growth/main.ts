import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/project-root.js';
import { startRedisCluster } from '../../scripts/servers/redis-cluster.js';
import { onGround } from '../ground.js';
import { obeyed, startLoad } from '../load/generator.js';
import { cpuMicros } from '../measure/cpu.js';
import type { Bars } from '../plot.js';
import { groundsOf, partsOf, record, round, savePlot, table } from '../report.js';
import { findServers, type Found } from '../servers.js';
import { measure, type Measured } from '../turn.js';
import { kinds, type Kind, type Size } from './kinds.js';
import { countedNode } from './silent-node.js';

/** `npm run bench:growth`: docs/benchmarks.md describes it under "Growth". */
const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '1,2,4,8' },
    /** Messages that are stored before. */
    stored: { type: 'string', default: '0' },
    workers: { type: 'string', default: '1' },
    kinds: { type: 'string' },
    pairs: { type: 'string', default: '80' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '5' },
    /** Prints the figures only, and changes neither the page nor the results. */
    dry: { type: 'boolean', default: false },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const wanted = values.kinds?.split(';');
const [pairs, rate, seconds] = [values.pairs, values.rate, values.seconds].map(Number) as [
  number,
  number,
  number,
];
const phase = { kind: 'open', rate, warmMs: 1_500, measureMs: seconds * 1_000 } as const;
/** How long nobody says anything, to know what a node costs then (ms). */
const quietMs = 2_000;

interface Point extends Measured, Size {
  kind: string;
  /** CPU of all parts while nobody says anything, in ms a second. */
  idleMsPerSecond: number;
  /** Bytes a message brings from Redis to a node that has no client. */
  silentBytes: number;
}

/** All points of the page: a run of some of them leaves the others as they were, if they were given the same work. */
interface Result {
  work: { pairs: number; rate: number; seconds: number };
  points: Point[];
}

const servers = await findServers();
const work = { pairs, rate, seconds };
const result: Result = { work, points: values.dry ? [] : earlier() };
const { date, machine, words } = groundsOf(servers);
for (const kind of kinds.filter(({ name }) => wanted?.includes(name) ?? true))
  for (const size of sizesOf(kind)) {
    const point = await onRedisOf(kind, (redis) => grown(kind, size, redis));
    result.points = [...result.points.filter((one) => nameOf(one) !== nameOf(point)), point];
    console.log(
      `${nameOf(point)}: ${point.cpuMicros.toFixed(0)} µs a message ` +
        `(${Object.entries(point.cpuByPart)
          .map(([part, micros]) => `${part} ${micros.toFixed(0)}`)
          .join(', ')}), ` +
        `idle ${point.idleMsPerSecond.toFixed(0)} ms/s, silent node ${point.silentBytes.toFixed(1)} bytes, lost ${point.lost}, twice ${point.twice}`,
    );
  }
result.points.sort((one, other) => rankOf(one) - rankOf(other));
const page = `${words}; ${tablesOf(result)}`;
console.log(`\n${page}`);
if (!values.dry)
  record(
    'npm run bench:growth',
    'growth.json',
    { date, machine, ...result },
    `${savePlot('bench-growth', { title: 'CPU time of a message as gateways, stored messages and workers grow', charts: chartsOf(result) })}\n\n${page}`,
  );

/** Only what stores messages can have some, and workers. */
function sizesOf({ stores }: Kind): Size[] {
  const all = numbers(values.gateways).flatMap((gateways) =>
    numbers(values.stored).flatMap((stored) =>
      numbers(values.workers).map((workers) => ({ gateways, stored, workers })),
    ),
  );
  return stores ? all : all.filter(({ stored, workers }) => stored === 0 && workers === 1);
}

function earlier(): Point[] {
  const file = join(projectRoot, 'bench', 'results', 'growth.json');
  if (!existsSync(file)) return [];
  const { work: before, points } = JSON.parse(readFileSync(file, 'utf8')) as Result;
  return JSON.stringify(before) === JSON.stringify(work) ? points : [];
}

function nameOf({ kind, gateways, stored, workers }: Point): string {
  const more = [
    ...(stored > 0 ? [`${stored.toLocaleString('en')} stored`] : []),
    ...(workers > 1 ? [`${workers} workers`] : []),
  ];
  return [kind, `${gateways} gateways`, ...more].join(', ');
}

function rankOf({ kind, gateways, stored, workers }: Point): number {
  const order = kinds.findIndex(({ name }) => name === kind);
  return ((order * 100 + workers) * 1e9 + stored) * 100 + gateways;
}

function tablesOf({ points }: Result): string {
  const heads = [
    ...[
      '',
      'gateways',
      'workers',
      'stored before',
      'CPU µs per message',
      'of which',
      'Redis CPU µs',
    ],
    ...['messages/s per core', 'bytes to a node with no client', 'idle CPU ms/s', 'lost / twice'],
  ];
  const rows = points.map((point) => [
    ...[point.kind, String(point.gateways), String(point.workers)],
    ...[round(point.stored), round(point.cpuMicros), partsOf(point)],
    ...[point.cpuByPart['redis']!.toFixed(1), round(1e6 / point.cpuMicros)],
    ...[point.silentBytes.toFixed(1), round(point.idleMsPerSecond)],
    `${point.lost} / ${point.twice}`,
  ]);
  return [
    `${pairs} pairs on neighbouring gateways, ${rate} messages/s for ${seconds} s, one run each.`,
    table(heads, rows),
  ].join('\n\n');
}

/** CPU time of a message, along each of the three ways to grow, and what reaches a node that it does not concern. */
function chartsOf({ points }: Result): Bars[] {
  const chart = (
    title: string,
    unit: string,
    shown: Point[],
    name: (point: Point) => string,
    value = (point: Point) => point.cpuMicros,
  ): Bars => ({
    title,
    unit,
    bars: shown.map((point) => ({
      name: name(point),
      value: value(point),
      own: point.kind.startsWith('Haggle'),
    })),
  });
  const byGateways = points.filter(({ stored, workers }) => stored === 0 && workers === 1);
  const haggle = points.filter(({ kind }) => kind === kinds[0]!.name);
  const gateways = (point: Point) => `${short(point.kind)}, ${point.gateways}`;
  const bytes = (point: Point) => point.silentBytes;
  return [
    chart('CPU time of a message, by gateways', 'µs', byGateways, gateways),
    chart('Bytes to a node with no client, by gateways', 'B', byGateways, gateways, bytes),
    chart(
      'CPU time of a message, by messages that are stored',
      'µs',
      haggle.filter(({ gateways: count, workers }) => count === 2 && workers === 1),
      ({ stored }) => stored.toLocaleString('en'),
    ),
    chart(
      'CPU time of a message, by workers with the relay’s role',
      'µs',
      haggle.filter(({ gateways: count, stored }) => count === 2 && stored === 0),
      ({ workers }) => String(workers),
    ),
  ];
}

function short(kind: string): string {
  return kind.replace(' adapter', '').replace('Redis ', '');
}

type RedisOf = Pick<Found, 'redisUrl'> & { pids: number[] };

/** The Redis of the run, or a cluster of its own for as long as it is used. */
async function onRedisOf<T>(kind: Kind, work: (redis: RedisOf) => Promise<T>): Promise<T> {
  if (!kind.onCluster) return work({ redisUrl: servers.redisUrl, pids: [servers.redisPid] });
  const program = process.env['TEST_REDIS_BIN'];
  if (!program) throw new Error('REDIS_URL is set: a Redis Cluster cannot be started beside it');
  const dataDir = mkdtempSync(join(tmpdir(), 'haggle-growth-'));
  const { url, nodes } = await startRedisCluster({ program, dataDir });
  try {
    return await work({ redisUrl: url, pids: nodes.map(({ child }) => child.pid!) });
  } finally {
    await Promise.all(nodes.map(({ child }) => child.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function grown(kind: Kind, size: Size, redis: RedisOf): Promise<Point> {
  return onGround({ mongoUri: servers.mongoUri, redisUrl: redis.redisUrl }, async (ground) => {
    const { pairs: met, parts, startSilent } = await kind.start(ground, size, pairs);
    const silent = await countedNode(redis.redisUrl, startSilent);
    try {
      const load = await startLoad(ground);
      await obeyed(load, { order: 'connect', pairs: met, receipts: kind.receipts }, 'connected');
      const all = { ...parts, mongod: [servers.mongodPid], redis: redis.pids };
      const pids = Object.values(all).flat();
      const [cpuBefore, bytesBefore] = [cpuMicros(pids), await silent.bytes()];
      await delay(quietMs);
      const [cpuIdle, bytesIdle] = [cpuMicros(pids) - cpuBefore, await silent.bytes()];
      const since = performance.now();
      const measured = await measure({ load, parts: all }, phase);
      const bytes = (await silent.bytes()) - bytesIdle;
      const idleBytes = ((bytesIdle - bytesBefore) * (performance.now() - since)) / quietMs;
      return {
        ...measured,
        ...size,
        kind: kind.name,
        idleMsPerSecond: cpuIdle / quietMs,
        silentBytes: (bytes - idleBytes) / measured.sent,
      };
    } finally {
      silent.close();
    }
  });
}
