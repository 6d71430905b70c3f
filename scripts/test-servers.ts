import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithNpm } from './npm-watch.js';
import type { Progress } from './progress.js';
import { createLeash, Stage, type Leash } from './servers/leash.js';
import { startMongo } from './servers/mongo.js';
import { findMongod } from './servers/mongod-program.js';
import { startRedis, type RedisServer, type StartRedisOptions } from './servers/redis.js';
import { startRedisCluster } from './servers/redis-cluster.js';
import { findRedisServer } from './servers/redis-program.js';

export interface RunOptions {
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  progress: Progress;
  /**
   * The servers keep their data in memory where there is room: their writes do not wait for the disk. What a killed
   * process has written survives it there too.
   */
  inMemory?: boolean;
  /** A Redis Cluster of three nodes takes the place of the single Redis. */
  redisCluster?: boolean;
}

/** Downloads the programs that a run needs and this machine lacks, so that no run waits for them. Never rejects. */
export async function downloadServers(progress: Progress): Promise<void> {
  const { MONGODB_URI, REDIS_URL } = process.env;
  const options = { env: process.env, onProgress: () => {} };
  await progress.during('Looking for MongoDB and Redis', () =>
    // Why one is not found is told when it is to be started.
    Promise.allSettled([
      MONGODB_URI ? undefined : findMongod(options),
      REDIS_URL ? undefined : findRedisServer(options),
    ]),
  );
}

/**
 * Runs a command with TEST_MONGODB_URI and TEST_REDIS_URL, servers that belong to this run alone
 * (or those of MONGODB_URI and REDIS_URL), and TEST_MONGOD_BIN and TEST_REDIS_BIN, the programs behind them where known.
 * Resolves to the command's exit code after the servers and their folder are gone.
 */
export async function runWithServers({
  command,
  args,
  env,
  progress,
  inMemory,
  redisCluster,
}: RunOptions) {
  const folder = mkdtempSync(join((inMemory && memoryFolder()) || tmpdir(), 'haggle-test-'));
  const leash = createLeash();
  leash.deleteAfterwards(folder);
  const interrupted = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // Taken before anything is started: an interruption at any moment leads through the clean-up below.
  const interrupt = (signal: NodeJS.Signals) => interrupted.abort(signal);
  for (const signal of signals) process.on(signal, interrupt);

  endWithNpm(env);
  const options = { env, leash, signal: interrupted.signal };
  const starting = [
    progress.during('Starting MongoDB', (onProgress) =>
      startMongo({
        ...options,
        onProgress,
        dataDir: join(folder, 'mongo'),
        cacheGb: 0.25,
        // So that a test may have commands of its own processes fail.
        parameters: { enableTestCommands: 1 },
      }),
    ),
    progress.during('Starting Redis', (onProgress) =>
      (redisCluster ? startCluster : startRedis)({
        ...options,
        onProgress,
        dataDir: join(folder, 'redis'),
      }),
    ),
  ] as const;
  try {
    const [mongo, redis] = await Promise.all(starting);
    if (interrupted.signal.aborted) return 130;
    return await runCommand(
      command,
      args,
      { leash, stop: interrupted.signal },
      {
        ...env,
        TEST_MONGODB_URI: mongo.uri,
        TEST_REDIS_URL: redis.uri,
        ...(mongo.program && { TEST_MONGOD_BIN: mongo.program }),
        ...(redis.program && { TEST_REDIS_BIN: redis.program }),
      },
    );
  } finally {
    // The data goes with the folder, so nothing is worth a clean end.
    for (const outcome of await Promise.allSettled(starting))
      if (outcome.status === 'fulfilled' && outcome.value.child) {
        outcome.value.child.kill();
        await outcome.value.child.exited;
      }
    rmSync(folder, { recursive: true, force: true });
    leash.end();
    for (const signal of signals) process.off(signal, interrupt);
  }
}

async function startCluster(options: StartRedisOptions): Promise<RedisServer> {
  const program = await findRedisServer(options);
  options.onProgress('starting three nodes');
  const { url, nodes } = await startRedisCluster({ ...options, program });
  const all = nodes.map(({ child }) => child);
  const [first] = all;
  const child = { ...first!, kill: () => all.forEach((one) => one.kill()) };
  return { uri: url, child, program, stop: () => Promise.resolve() };
}

/** A folder in memory with room for what the tests write, if this machine has one. */
function memoryFolder(): string | undefined {
  const folder = '/dev/shm';
  const roomBytes = 4 * 1024 ** 3;
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    // Twice, since browsers and servers need memory too.
    return bavail * bsize > roomBytes && process.availableMemory() > 2 * roomBytes
      ? folder
      : undefined;
  } catch {
    return undefined;
  }
}

function runCommand(
  command: string,
  args: string[],
  { leash, stop }: { leash: Leash; stop: AbortSignal },
  env: NodeJS.ProcessEnv,
) {
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: 'inherit' });
    if (child.pid !== undefined) leash.hold(child.pid, Stage.Users);
    // The terminal sends Ctrl-C to the command too; a signal sent to us alone must be passed on.
    const forward = () => void child.kill(stop.reason as NodeJS.Signals);
    stop.addEventListener('abort', forward);
    child.once('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.once('close', (code, signal) => {
      stop.removeEventListener('abort', forward);
      if (child.pid !== undefined) leash.release(child.pid);
      resolve(code ?? (signal === 'SIGTERM' ? 143 : 130));
    });
  });
}
