import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisCluster } from '../../scripts/servers/redis-cluster.js';
import { onGround } from '../ground.js';
import { obeyed, startLoad } from '../load/generator.js';
import { cpuMicros } from '../measure/cpu.js';
import { groundsOf, record, round, table } from '../report.js';
import { findServers, type Found } from '../servers.js';
import { measure, type Measured } from '../turn.js';
import { kinds, type Kind } from './kinds.js';
import { countedNode } from './silent-node.js';

/** `npm run bench:growth`: docs/benchmarks.md describes it under "Growth". */
const { values } = parseArgs({
  options: {
    gateways: { type: 'string', default: '1,2,4,8' },
    kinds: { type: 'string' },
    pairs: { type: 'string', default: '160' },
    rate: { type: 'string', default: '400' },
    seconds: { type: 'string', default: '5' },
    /** Prints the figures only, and changes neither the page nor the results. */
    dry: { type: 'boolean', default: false },
  },
});
const sizes = values.gateways.split(',').map(Number);
const wanted = values.kinds?.split(';');
const [pairs, rate] = [Number(values.pairs), Number(values.rate)];
const phase = {
  kind: 'open',
  rate,
  warmMs: 1_500,
  measureMs: Number(values.seconds) * 1_000,
} as const;
/** How long nobody says anything, to know what a node costs then (ms). */
const quietMs = 2_000;

interface Point extends Measured {
  gateways: number;
  /** CPU of all parts while nobody says anything, in ms a second. */
  idleMsPerSecond: number;
  /** Bytes a message brings from Redis to a node that has no client. */
  silentBytes: number;
}

const servers = await findServers();
const points: Record<string, Point[]> = {};
for (const kind of kinds.filter(({ name }) => !wanted || wanted.includes(name)))
  for (const gateways of sizes) {
    const point = await onRedisOf(kind, (redis) => grown(kind, gateways, redis));
    (points[kind.name] ??= []).push(point);
    console.log(
      `${kind.name}, ${gateways} gateways: ${point.cpuMicros.toFixed(0)} µs a message ` +
        `(${Object.entries(point.cpuByPart)
          .map(([part, micros]) => `${part} ${micros.toFixed(0)}`)
          .join(', ')}), ` +
        `idle ${point.idleMsPerSecond.toFixed(0)} ms/s, silent node ${point.silentBytes.toFixed(1)} bytes, lost ${point.lost}, twice ${point.twice}`,
    );
  }

const { date, machine, words } = groundsOf(servers);
const text = [
  `${words}; ${pairs} pairs on neighbouring gateways, ${rate} messages/s for ${values.seconds} s, one run each.`,
  table(
    [
      ...['', 'gateways', 'CPU µs per message', 'Redis CPU µs', 'messages/s per core'],
      ...['bytes to a node with no client', 'idle CPU ms/s', 'lost / twice'],
    ],
    Object.entries(points).flatMap(([name, all]) =>
      all.map((point) => [
        name,
        String(point.gateways),
        round(point.cpuMicros),
        point.cpuByPart['redis']!.toFixed(1),
        round(1e6 / point.cpuMicros),
        point.silentBytes.toFixed(1),
        round(point.idleMsPerSecond),
        `${point.lost} / ${point.twice}`,
      ]),
    ),
  ),
].join('\n\n');
console.log(`\n${text}`);
if (!values.dry)
  record('npm run bench:growth', 'growth.json', { date, machine, rate, points }, text);

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

async function grown(kind: Kind, gateways: number, redis: RedisOf): Promise<Point> {
  return onGround({ mongoUri: servers.mongoUri, redisUrl: redis.redisUrl }, async (ground) => {
    const { pairs: met, parts, startSilent } = await kind.start(ground, gateways, pairs);
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
        gateways,
        idleMsPerSecond: cpuIdle / quietMs,
        silentBytes: (bytes - idleBytes) / measured.sent,
      };
    } finally {
      silent.close();
    }
  });
}
