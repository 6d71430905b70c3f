import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { StartProblem } from '../start-problem.js';
import { launchChild, type Child } from './child.js';
import { freePort, untilAnswers } from './free-port.js';
import { Stage, type Leash } from './leash.js';
import type { FindOptions } from './search.js';
import { findRedisServer } from './redis-program.js';

const ANSWER_MS = 5_000;
const OLDEST = 7;

export interface RedisServerOptions {
  program: string;
  /** Made when missing. */
  dataDir: string;
  port: number;
  logFile: string;
  leash?: Leash | undefined;
  /** Further arguments of the program, on top of ours. */
  config?: Record<string, string>;
}

/** A Redis to use: `child` and `program` are undefined when it was given and not started here. */
export interface RedisServer {
  uri: string;
  child?: Child;
  program?: string;
  stop(): Promise<void>;
}

export function redisUrl(port: number): string {
  return `redis://127.0.0.1:${port}`;
}

/** Starts redis-server on loopback with settings the queues can rely on; ready once it has loaded its data. */
export function launchRedisServer(options: RedisServerOptions): Child {
  const { program, dataDir, port, logFile, leash } = options;
  mkdirSync(dataDir, { recursive: true });
  const args = Object.entries({
    '--port': String(port),
    '--bind': '127.0.0.1',
    '--dir': dataDir,
    // A job must survive a restart, and must never be evicted to make room for a cache.
    '--appendonly': 'yes',
    '--maxmemory-policy': 'noeviction',
    '--save': '',
    '--daemonize': 'no',
    ...options.config,
  }).flat();
  return launchChild({
    name: 'redis',
    command: program,
    args,
    logFile,
    stage: Stage.Redis,
    leash,
    graceMs: 10_000,
    readiness: async (gone) => {
      await untilAnswers(port, gone);
      if (!gone.aborted) await askRedis(redisUrl(port));
    },
  });
}

export interface StartRedisOptions extends FindOptions {
  dataDir: string;
  logFile?: string;
  /** Unset: any free one. */
  port?: number;
  leash?: Leash | undefined;
}

/** The Redis of REDIS_URL when that is set, else one of our own in `dataDir`. Resolves when it answers. */
export async function startRedis(options: StartRedisOptions): Promise<RedisServer> {
  const given = options.env.REDIS_URL;
  if (given) {
    await checkRedis(given);
    return { uri: given, stop: () => Promise.resolve() };
  }
  const program = await findRedisServer(options);
  options.onProgress('starting');
  const port = options.port ?? (await freePort());
  const logFile = options.logFile ?? join(options.dataDir, '..', 'redis.log');
  const child = launchRedisServer({ ...options, program, port, logFile });
  await child.ready;
  return { uri: redisUrl(port), child, program, stop: () => child.stop() };
}

/** Throws a StartProblem when the server of REDIS_URL cannot be reached or is too old. Never shows the value. */
export async function checkRedis(url: string): Promise<void> {
  try {
    const { version, cluster } = await askRedis(url);
    if (cluster)
      throw new Error('it is a node of a Redis Cluster; its address begins with redis-cluster://');
    if (Number.parseFloat(version) < OLDEST)
      throw new Error(`it is ${version}, 7.0 or newer is needed`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartProblem(
      `REDIS_URL is set, but its Redis cannot be used: ${reason}\n` +
        'Start it or correct REDIS_URL; without REDIS_URL a Redis of its own is started.',
    );
  }
}

/** The version the server speaks for, and whether it is part of a cluster; rejects with the cause when it does not answer. */
async function askRedis(url: string): Promise<{ version: string; cluster: boolean }> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    // One try only: the caller has seen it listen, or wants to know that it does not.
    retryStrategy: () => null,
  });
  let cause: Error | undefined;
  client.on('error', (error: Error) => (cause ??= error));
  try {
    await client.connect();
    const info = await client.info();
    return {
      version: /redis_version:(\S+)/.exec(info)?.[1] ?? '0',
      cluster: /^cluster_enabled:1/m.test(info),
    };
  } catch (error) {
    throw cause ?? error;
  } finally {
    client.disconnect();
  }
}
