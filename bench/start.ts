import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { cpuMicros } from './measure/cpu.js';
import { median } from './measure/percentiles.js';
import { groundsOf, most, record, round, table, targetTable } from './report.js';
import { findServers } from './servers.js';
import { migrateDatabase } from '../src/migrations/migrate.js';

/** `npm run bench:start`: docs/benchmarks.md describes it and its options under "Starting". */
const { values } = parseArgs({
  options: {
    /** `dist` of another build, which is measured in turn with this one. */
    against: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    /** Prints the figures only, and changes neither the page nor the results. */
    dry: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const builds = [
  ...(values.against ? [{ name: 'the other build', dist: resolve(values.against) }] : []),
  { name: 'this build', dist: resolve('dist') },
];
const entries = { gateway: 'src/main.js', worker: 'workers/main.js' };

/** One start, until the process says that it is ready. */
interface Start {
  cpuMs: number;
  ms: number;
  mongodMs: number;
  megabytes: number;
}

const servers = await findServers();
const run = randomBytes(5).toString('hex');
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const key = pem.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Each build has a database of its own, since another build may keep other collections. */
function databaseOf(name: string): URL {
  const uri = new URL(servers.mongoUri);
  uri.pathname = `/start_${run}_${builds.findIndex((one) => one.name === name)}`;
  return uri;
}

async function start(build: (typeof builds)[number], entry: string): Promise<Start> {
  const uri = databaseOf(build.name);
  const mongodBefore = cpuMicros([servers.mongodPid]);
  const began = performance.now();
  const child = fork(join(build.dist, entry), {
    cwd: dirname(build.dist),
    execArgv: [],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      MONGODB_URI: uri.href,
      REDIS_URL: servers.redisUrl,
      REDIS_PREFIX: uri.pathname.slice(1),
      JWT_KEYS: key,
      LOG_LEVEL: 'fatal',
      PORT: '0',
    },
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${entry} ended`)));
  ended.catch(() => undefined);
  await Promise.race([once(child, 'message'), ended]);
  const measured = {
    cpuMs: cpuMicros([child.pid!]) / 1_000,
    ms: performance.now() - began,
    mongodMs: (cpuMicros([servers.mongodPid]) - mongodBefore) / 1_000,
    megabytes: memoryOf(child),
  };
  child.kill('SIGKILL');
  await ended.catch(() => undefined);
  return measured;
}

function memoryOf({ pid }: ChildProcess): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1_024;
}

const measured = new Map<string, Start[]>();
try {
  for (const { name } of builds) await migrateDatabase(databaseOf(name).href);
  // The first start of each build is not counted.
  for (let at = 0; at <= rounds; at += 1)
    for (const [what, entry] of Object.entries(entries))
      for (const build of builds) {
        const one = await start(build, entry);
        const place = `${what}, ${build.name}`;
        if (at > 0) measured.set(place, [...(measured.get(place) ?? []), one]);
      }
} finally {
  for (const { name } of builds) {
    const database = await mongoose.createConnection(databaseOf(name).href).asPromise();
    await database.dropDatabase();
    await database.close();
  }
}

const middle = (place: string, of: (one: Start) => number) => median(measured.get(place)!.map(of));
const figures = Object.fromEntries(
  [...measured.keys()].map((place) => [
    place,
    {
      cpuMs: middle(place, ({ cpuMs }) => cpuMs),
      ms: middle(place, ({ ms }) => ms),
      mongodMs: middle(place, ({ mongodMs }) => mongodMs),
      megabytes: middle(place, ({ megabytes }) => megabytes),
    },
  ]),
);
const ratio = (what: string) =>
  figures[`${what}, this build`]!.cpuMs / figures[`${what}, the other build`]!.cpuMs;
const { date, machine, words } = groundsOf(servers);
const text = [
  `${words}; ${rounds} starts of each, in turn, medians.`,
  table(
    [
      'process',
      'CPU ms until ready',
      'ms until ready',
      'CPU ms of mongod',
      'memory when ready, MB',
    ],
    Object.entries(figures).map(([place, { cpuMs, ms, mongodMs, megabytes }]) => [
      place,
      ...[cpuMs, ms, mongodMs, megabytes].map(round),
    ]),
  ),
  ...(values.against
    ? [
        targetTable(
          'CPU until ready ÷ the other build',
          Object.keys(entries).map((what) => most(what, ratio(what), 0.5)),
        ),
      ]
    : []),
].join('\n\n');
console.log(`\n${text}`);
if (!values.dry)
  record(
    'npm run bench:start',
    'start.json',
    { date, machine, rounds, figures, measured: Object.fromEntries(measured) },
    text,
  );
