import type { Command } from 'commander';
import { createDeadLetters } from '../src/notifications/dead-letters.js';
import { DeliveryStore } from '../src/notifications/delivery.store.js';
import { PushQueues } from '../src/notifications/push-queues.js';
import { Queues } from '../src/platform/queues.js';
import { connectRedis, queuePrefix } from '../src/platform/redis.js';
import { onDatabase, silent } from './database.js';
import { say } from './output.js';
import { config } from './settings.js';

const help = `
Reads the settings of a worker. Who was told is not told again, and nobody is told of what was read, or has passed its
life, since. Without ids or options it lists them, one line of JSON each.

Examples:
  haggle queues:redrive
  haggle queues:redrive 0192f1a0-…
  haggle queues:redrive --reason permission
  haggle queues:redrive --all`;

export function addQueuesRedrive(program: Command): void {
  program
    .command('queues:redrive [ids...]')
    .description('pushes that were given up: lists them, or puts them back to their queues')
    .option('--reason <reason>', 'all that were given up for this reason')
    .option('--all', 'all')
    .addHelpText('after', help)
    .action(redrive);
}

async function redrive(
  ids: string[],
  { reason, all }: { reason?: string; all?: boolean },
): Promise<void> {
  const { queueRedisUrl, redisPrefix } = config();
  await onDatabase(async (connection) => {
    const redis = await connectRedis(queueRedisUrl, 'producer', silent);
    const prefix = queuePrefix(queueRedisUrl, redisPrefix);
    const queues = new Queues({ connection: redis, prefix, log: silent });
    const letters = createDeadLetters({
      queues: new PushQueues(queues),
      deliveries: new DeliveryStore(connection),
    });
    try {
      if (ids.length > 0) {
        for (const id of ids) await letters.redrive(id);
        say(`${ids.length} put back`);
      } else if (all || reason !== undefined) {
        say(`${await letters.redriveAll(all ? undefined : reason)} put back`);
      } else await list(letters);
    } finally {
      await queues.close();
      redis.disconnect();
    }
  });
}

async function list(letters: ReturnType<typeof createDeadLetters>): Promise<void> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await letters.list({ limit: 100, cursor });
    for (const one of items) say(JSON.stringify(one));
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}
