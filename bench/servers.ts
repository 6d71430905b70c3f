import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import type { Servers } from './ground.js';

/** The servers of a run, with their versions. */
export interface Found extends Servers {
  mongodVersion: string;
  redisVersion: string;
}

/** Finds the MongoDB and Redis that `scripts/with-servers.mjs` started; each reports its own process. */
export async function findServers(): Promise<Found> {
  const { TEST_MONGODB_URI: mongoUri, TEST_REDIS_URL: redisUrl } = process.env;
  if (!mongoUri || !redisUrl) throw new Error('Run it with "npm run bench"');
  const client = await mongoose.mongo.MongoClient.connect(mongoUri);
  const redis = new Redis(redisUrl);
  try {
    const status = await client.db('admin').command({ serverStatus: 1 });
    const info = await redis.info('server');
    const said = (name: string) => new RegExp(`${name}:(\\S+)`).exec(info)?.[1] ?? 'unknown';
    return {
      mongoUri,
      redisUrl,
      mongodPid: Number(status['pid']),
      redisPid: Number(said('process_id')),
      mongodVersion: String(status['version']),
      redisVersion: said('redis_version'),
    };
  } finally {
    redis.disconnect();
    await client.close();
  }
}
