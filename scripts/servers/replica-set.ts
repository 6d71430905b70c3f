import mongoose from 'mongoose';
import { untilAnswers } from './free-port.js';

export const REPLICA_SET = 'rs0';
const NOT_YET_INITIALIZED = 94;

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
    const config = await currentConfig(admin);
    if (!config) {
      const members = [{ _id: 0, host }];
      await admin.command({ replSetInitiate: { _id: REPLICA_SET, members } });
    } else if (config.members.length !== 1 || config.members[0]?.host !== host) {
      // The data was last served on another port: the set must learn its own new address.
      const moved = { ...config, version: config.version + 1, members: [{ _id: 0, host }] };
      await admin.command({ replSetReconfig: moved, force: true });
    }
    while (!gone.aborted && !(await admin.command({ hello: 1 })).isWritablePrimary)
      await new Promise((resolve) => setTimeout(resolve, 50));
  } finally {
    await client.close();
  }
}

async function currentConfig(admin: mongoose.mongo.Db): Promise<ReplicaSetConfig | undefined> {
  try {
    return ((await admin.command({ replSetGetConfig: 1 })) as { config: ReplicaSetConfig }).config;
  } catch (error) {
    if ((error as { code?: unknown }).code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
