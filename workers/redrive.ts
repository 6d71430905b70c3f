import { parseArgs } from 'node:util';
import { createDeadLetters } from '../src/notifications/dead-letters.js';
import { DeliveryStore } from '../src/notifications/delivery.store.js';
import { PushQueues } from '../src/notifications/push-queues.js';
import { loadConfig } from '../src/platform/config.js';
import { createLogger } from '../src/platform/logger.js';
import { connectMongo } from '../src/platform/mongo.js';
import { Queues } from '../src/platform/queues.js';
import { connectRedis, queuePrefix } from '../src/platform/redis.js';

/**
 * The dead letters from the command line, with the settings of a worker:
 *
 *   node dist/workers/redrive.js                     lists them, one line of JSON each
 *   node dist/workers/redrive.js <id> <id> …         puts these back to their queues
 *   node dist/workers/redrive.js --reason=<reason>   all of one reason
 *   node dist/workers/redrive.js --all
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean' }, reason: { type: 'string' } },
  });
  const config = loadConfig(process.env);
  const log = createLogger({ nodeId: config.nodeId, level: 'error', process: 'redrive' });
  const mongo = await connectMongo(config.mongoUri, log);
  const redis = await connectRedis(config.queueRedisUrl, 'producer', log);
  const prefix = queuePrefix(config.queueRedisUrl, config.redisPrefix);
  const queues = new Queues({ connection: redis, prefix, log });
  const letters = createDeadLetters({
    queues: new PushQueues(queues),
    deliveries: new DeliveryStore(mongo),
  });
  try {
    if (positionals.length > 0) {
      for (const id of positionals) await letters.redrive(id);
      say(`${positionals.length} put back`);
    } else if (values.all || values.reason !== undefined) {
      say(`${await letters.redriveAll(values.reason)} put back`);
    } else await list(letters);
  } finally {
    await queues.close();
    redis.disconnect();
    await mongo.close();
  }
}

async function list(letters: ReturnType<typeof createDeadLetters>): Promise<void> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await letters.list({ limit: 100, cursor });
    for (const one of items) say(JSON.stringify(one));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
