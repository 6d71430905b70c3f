import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { StartProblem } from '../start-problem.js';
import { launchChild, type Child } from './child.js';
import { freePort, untilAnswers } from './free-port.js';
import { Stage, type Leash } from './leash.js';
import { findMongod } from './mongod-program.js';
import { becomePrimary, REPLICA_SET } from './replica-set.js';
import type { FindOptions } from './search.js';

/** A given server must answer within this; a wrong address should not look like a slow start. */
const ANSWER_MS = 5_000;

export interface MongodOptions {
  program: string;
  /** Made when missing. */
  dataDir: string;
  port: number;
  /** WiredTiger cache in GB; mongod alone would take half the machine. */
  cacheGb?: number;
  logFile: string;
  leash?: Leash | undefined;
  /** It is to be a member of a larger set, which somebody else makes: ready once it answers. */
  joins?: boolean;
  /** On top of ours, by their names in `--setParameter`. */
  parameters?: Record<string, string | number>;
}

/** A MongoDB to use: `child` and `program` are undefined when it was given and not started here. */
export interface Mongo {
  uri: string;
  child?: Child;
  program?: string;
  stop(): Promise<void>;
}

/** Address of a database in the replica set that {@link launchMongod} serves on the port. */
export function mongoUri(port: number): string {
  return `mongodb://127.0.0.1:${port}/haggle?replicaSet=${REPLICA_SET}`;
}

/** Starts mongod as a replica set of one on loopback; ready once it takes writes. */
export function launchMongod(options: MongodOptions): Child {
  const { program, dataDir, port, cacheGb = 0.5, logFile, leash, joins = false } = options;
  const parameters = Object.entries(options.parameters ?? {});
  mkdirSync(dataDir, { recursive: true });
  const args = Object.entries({
    '--dbpath': dataDir,
    '--port': String(port),
    '--bind_ip': '127.0.0.1',
    '--replSet': REPLICA_SET,
    '--wiredTigerCacheSizeGB': String(cacheGb),
    // In MB. Without it the oplog may take a twentieth of the disk.
    '--oplogSize': '512',
  }).flat();
  return launchChild({
    name: 'mongod',
    command: program,
    args: [
      ...args,
      '--nounixsocket',
      // There is nobody to hand over to: waiting for it would only delay Ctrl-C.
      ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      // A process that is killed leaves its transaction open, and what that wrote to is held until the server ends it.
      ...['--setParameter', 'transactionLifetimeLimitSeconds=10'],
      ...parameters.flatMap(([name, value]) => ['--setParameter', `${name}=${value}`]),
    ],
    logFile,
    stage: Stage.Mongo,
    leash,
    graceMs: 30_000,
    readiness: (gone) => (joins ? untilAnswers(port, gone) : becomePrimary(port, gone)),
  });
}

export interface StartMongoOptions extends FindOptions {
  dataDir: string;
  logFile?: string;
  /** Unset: any free one. */
  port?: number;
  cacheGb?: number;
  leash?: Leash | undefined;
  /** See {@link MongodOptions}. */
  parameters?: Record<string, string | number>;
}

/** The MongoDB of MONGODB_URI when that is set, else one of our own in `dataDir`. Resolves when it takes writes. */
export async function startMongo(options: StartMongoOptions): Promise<Mongo> {
  const given = options.env.MONGODB_URI;
  if (given) {
    await checkMongo(given);
    return { uri: given, stop: () => Promise.resolve() };
  }
  const program = await findMongod(options);
  options.onProgress('starting');
  const port = options.port ?? (await freePort());
  const logFile = options.logFile ?? join(options.dataDir, '..', 'mongod.log');
  const child = launchMongod({ ...options, program, port, logFile });
  await child.ready;
  return { uri: mongoUri(port), child, program, stop: () => child.stop() };
}

/** Throws a StartProblem when the server of MONGODB_URI cannot be reached or used. Never shows the value: it may hold a password. */
export async function checkMongo(uri: string): Promise<void> {
  let client: mongoose.mongo.MongoClient | undefined;
  try {
    client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: ANSWER_MS });
    const hello = await client.db('admin').command({ hello: 1 });
    if (hello.setName === undefined && hello.msg !== 'isdbgrid')
      throw new Error('it is not a replica set, so it has no transactions and change streams');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartProblem(
      `MONGODB_URI is set, but its MongoDB cannot be used: ${reason}\n` +
        'Start it or correct MONGODB_URI; without MONGODB_URI a MongoDB of its own is started.',
    );
  } finally {
    await client?.close();
  }
}
