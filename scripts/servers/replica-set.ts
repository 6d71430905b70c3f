import mongoose from 'mongoose';
import { untilAnswers } from './free-port.js';

export const REPLICA_SET = 'rs0';
const NOT_YET_INITIALIZED = 94;
const ALREADY_INITIALIZED = 23;
const PAUSE_MS = 50;

interface ReplicaSetConfig {
  version: number;
  members: { _id: number; host: string }[];
}

/**
 * Makes the mongod on the loopback port the primary of a replica set of one and waits until it takes writes.
 * Transactions and change streams need a replica set. Gives up when the signal fires.
 */
export async function becomePrimary(port: number, gone: AbortSignal): Promise<void> {
  await untilAnswers(port, gone);
  if (gone.aborted) return;
  const host = `127.0.0.1:${port}`;
  const client = new mongoose.mongo.MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 60_000,
  });
  try {
    const admin = client.db('admin');
    while (!gone.aborted && !(await isMade(admin, host))) await pause();
    while (!gone.aborted && !(await admin.command({ hello: 1 })).isWritablePrimary) await pause();
  } finally {
    await client.close();
  }
}

/**
 * Makes the set, or tells it its new address when its data was last served on another port. False while mongod still
 * reads what it stored: it then says at once that there is no set yet and that there is one already.
 */
async function isMade(admin: mongoose.mongo.Db, host: string): Promise<boolean> {
  const members = [{ _id: 0, host }];
  try {
    const config = await currentConfig(admin);
    if (!config) {
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
    } else if (config.members.length !== 1 || config.members[0]?.host !== host) {
      const moved = { ...config, version: config.version + 1, members };
      await admin.command({ replSetReconfig: moved, force: true });
    }
    return true;
  } catch (error) {
    if (codeOf(error) === ALREADY_INITIALIZED) return false;
    throw error;
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

async function currentConfig(admin: mongoose.mongo.Db): Promise<ReplicaSetConfig | undefined> {
  try {
    return ((await admin.command({ replSetGetConfig: 1 })) as { config: ReplicaSetConfig }).config;
  } catch (error) {
    if (codeOf(error) === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
