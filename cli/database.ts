import type { Connection } from 'mongoose';
import { createLogger } from '../src/platform/logger.js';
import { closeMongo, connectMongo } from '../src/platform/mongo.js';
import { setting } from './settings.js';

/** What is wrong is said by the command, not by a log. */
export const silent = createLogger({ nodeId: 'haggle', level: 'silent', process: 'haggle' });

/** Does something with the database of MONGODB_URI, and leaves it. */
export async function onDatabase<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connectMongo(setting('MONGODB_URI'), silent);
  try {
    return await work(connection);
  } finally {
    await closeMongo(connection);
  }
}
