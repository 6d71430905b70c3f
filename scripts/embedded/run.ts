import { loadConfig } from '../../src/platform/config.js';
import { migrateDatabase } from '../../src/migrations/migrate.js';
import { demoAccounts } from '../../src/users/demo-accounts.js';
import type { Progress } from '../progress.js';
import { seed } from '../seed.js';
import { createLeash, type Leash } from '../servers/leash.js';
import { findMongod } from '../servers/mongod-program.js';
import { checkMongo, mongoUri } from '../servers/mongo.js';
import { findRedisServer } from '../servers/redis-program.js';
import { checkRedis, redisUrl } from '../servers/redis.js';
import type { FindOptions } from '../servers/search.js';
import { StartProblem } from '../start-problem.js';
import { banner } from './banner.js';
import { addressOf, commonEnvironment, ownEnvironment, type Servers } from './child-environment.js';
import { mongodPlan, nodePlans, redisPlan, type Entries } from './child-plans.js';
import { DataFolder } from './data-folder.js';
import { requireFreePorts } from './free-gateway-ports.js';
import { Interruption } from './interruption.js';
import { endLeftovers } from './leftovers.js';
import { mayReset } from './reset.js';
import type { Settings } from './settings.js';
import { ensureSigningKey } from './signing-key.js';
import { ensureWebPushKeys } from './web-push-keys.js';
import { Supervisor } from './supervisor.js';

interface RunOptions {
  env: NodeJS.ProcessEnv;
  settings: Settings;
  progress: Progress;
  entries: Entries;
}

interface Run extends RunOptions {
  folder: DataFolder;
  supervisor: Supervisor;
  leash: Leash;
  /** Fires when the run is over, wanted or not: searches and downloads end with it. */
  over: AbortSignal;
}

/** Claims the data folder, starts everything, waits, and gives back all it took, however the run ends. */
export async function runUntilStopped(options: RunOptions): Promise<number> {
  const { settings, progress } = options;
  const folder = new DataFolder(settings.dataDir);
  requireConfig(options, folder);
  folder.claim();
  const leash = createLeash();
  const supervisor = new Supervisor({
    report: (line) => progress.line(line),
    record: (children) => folder.record(children),
  });
  const interruption = new Interruption(() => supervisor.kill());
  const over = new AbortController();
  interruption.signal.addEventListener('abort', () => {
    progress.line('Stopping ...');
    over.abort();
  });
  try {
    const run = start({ ...options, folder, supervisor, leash, over: over.signal });
    const problem = await Promise.race([
      run.then((started) => (started ? supervisor.gaveUp : undefined)),
      supervisor.gaveUp,
      interruption.requested,
    ]);
    if (problem) throw problem;
  } finally {
    over.abort();
    await supervisor.stop();
    interruption.end();
    leash.end();
    folder.release();
  }
  progress.line('Stopped.');
  return interruption.impatient ? 130 : 0;
}

/** Resolves to true when everything runs, to false when the person decided against it. */
async function start(run: Run): Promise<boolean> {
  const { env, settings, progress, folder, supervisor, over } = run;
  if (settings.reset && !(await reset(run))) return false;
  await progress.during('Ending what a killed start left behind', () =>
    endLeftovers(folder.recorded),
  );
  await requireFreePorts(settings);
  const servers = await startServers(run);
  if (settings.loopback) {
    ensureSigningKey(folder.signingKey);
    ensureWebPushKeys(folder.webPushKeys);
  }

  const environment = commonEnvironment(env, settings, folder, servers);
  const { gateways, worker } = nodePlans({
    ...run,
    environment,
    report: (line) => progress.line(line),
  });
  await progress.during('Starting gateways and worker', () =>
    // Beside each other: gateways and worker wait for what is missing.
    Promise.all([
      migrateDatabase(servers.mongoUri),
      ...[...gateways, worker].map((plan) => supervisor.start(plan)),
    ]),
  );
  const demo = environment.DEMO !== undefined && environment.DEMO !== 'off';
  if (demo && settings.seed) await addDemoData(run);
  if (over.aborted) return true;
  if (demo && settings.seed && settings.rival) {
    const last = addressOf(settings, settings.ports.at(-1) ?? 0).replace('localhost', '127.0.0.1');
    void import('./rival.js').then(({ startRivals }) =>
      startRivals({ gateway: last, signal: over }),
    );
  }
  const colour = Boolean(process.stdout.isTTY) && !env.NO_COLOR;
  progress.line(banner({ settings, folder, accounts: demo ? demoAccounts : [], colour }));
  return true;
}

/** Starts MongoDB and Redis beside each other, or checks the ones that were given. */
async function startServers(run: Run): Promise<Servers> {
  const { env, progress, folder, supervisor, leash, over } = run;
  const ports = await folder.ports();
  const find = (onProgress: FindOptions['onProgress']) => ({ env, onProgress, signal: over });
  const mongo = progress.during('Starting MongoDB', async (note) => {
    if (env.MONGODB_URI) return checkMongo(env.MONGODB_URI);
    const program = await findMongod(find(note));
    note('');
    await supervisor.start(mongodPlan({ program, port: ports.mongo, folder, leash }));
  });
  const redis = progress.during('Starting Redis', async (note) => {
    if (env.REDIS_URL) return checkRedis(env.REDIS_URL);
    const program = await findRedisServer(find(note));
    note('');
    await supervisor.start(redisPlan({ program, port: ports.redis, folder, leash }));
  });
  await bothSettled(mongo, redis);
  return {
    mongoUri: env.MONGODB_URI || mongoUri(ports.mongo),
    redisUrl: env.REDIS_URL || redisUrl(ports.redis),
  };
}

/** Waits for both, so that somebody who lacks both servers learns it at once. */
async function bothSettled(...started: Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(started);
  const reasons = outcomes.flatMap((each) =>
    each.status === 'rejected' ? [each.reason as unknown] : [],
  );
  for (const reason of reasons) if (!(reason instanceof StartProblem)) throw reason;
  const problems = reasons as StartProblem[];
  if (problems.length > 0)
    throw new StartProblem(problems.map(({ message }) => message).join('\n\n'));
}

async function reset({ env, settings, progress, folder, over }: Run): Promise<boolean> {
  const terminal = { input: process.stdin, output: process.stdout, signal: over };
  if (!(await mayReset(settings, folder, terminal))) {
    progress.line('Nothing was deleted.');
    return false;
  }
  await endLeftovers(folder.recorded);
  folder.empty();
  const elsewhere = ['MONGODB_URI', 'REDIS_URL'].filter((name) => env[name]);
  if (elsewhere.length > 0)
    progress.line(`${elsewhere.join(' and ')}: the data there was left as it is.`);
  return true;
}

/** Haggle works without demo data, so a failure is only reported. */
async function addDemoData({ settings, progress, over }: Run): Promise<void> {
  const gateway = addressOf(settings, settings.ports[0] ?? 0).replace('localhost', '127.0.0.1');
  try {
    await progress.during('Adding demo listings', () => seed({ gateway, signal: over }));
  } catch (error) {
    if (over.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    progress.line(`The demo listings could not be added: ${reason}`);
  }
}

/** Checks the settings here, since each child would report the same mistake, one after another and less clearly. */
function requireConfig({ env, settings }: RunOptions, folder: DataFolder): void {
  const planned = {
    mongoUri: env.MONGODB_URI || mongoUri(1),
    redisUrl: env.REDIS_URL || redisUrl(1),
  };
  const common = commonEnvironment(env, settings, folder, planned);
  const [port = 0] = settings.ports;
  // The keys that are made on loopback do not exist yet.
  const { JWT_KEYS_FILE, WEBPUSH_KEYS_FILE } = env;
  const environment = { ...common, JWT_KEYS_FILE, WEBPUSH_KEYS_FILE };
  loadConfig(ownEnvironment(environment, { name: 'node-1', port, index: 0 }));
}
