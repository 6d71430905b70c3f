import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { Processes } from './measure/processes.js';
import type { Ground } from './peers/peer.js';

/** The servers that every peer uses, with their processes. */
export interface Servers {
  mongoUri: string;
  redisUrl: string;
  mongodPid: number;
  redisPid: number;
}

/** Lets `work` use a database, a key prefix and processes of its own; ends and removes them afterwards. */
export async function onGround<Result>(
  servers: Pick<Servers, 'mongoUri' | 'redisUrl'>,
  work: (ground: Ground) => Promise<Result>,
): Promise<Result> {
  const name = `bench-${randomBytes(5).toString('hex')}`;
  const uri = new URL(servers.mongoUri);
  uri.pathname = `/${name}`;
  const processes = new Processes();
  try {
    return await work({ mongoUri: uri.href, redisUrl: servers.redisUrl, name, processes });
  } finally {
    await processes.end();
    await drop(uri.href);
  }
}

/** The same with several grounds at once, for servers that are up at the same time. */
export async function onGrounds<Result>(
  servers: Pick<Servers, 'mongoUri' | 'redisUrl'>,
  count: number,
  work: (grounds: Ground[]) => Promise<Result>,
): Promise<Result> {
  if (count === 0) return work([]);
  return onGround(servers, (ground) =>
    onGrounds(servers, count - 1, (others) => work([ground, ...others])),
  );
}

async function drop(uri: string): Promise<void> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    await connection.dropDatabase();
  } finally {
    await connection.close();
  }
}
