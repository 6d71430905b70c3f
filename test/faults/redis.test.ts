import { test } from '@jest/globals';
import { redis, survives } from './redis-talk.js';

/** Its hanging, and subscriptions that are cut or hear nothing, are in long/redis.test.ts. */
test('Redis is killed while people talk', async () => {
  await survives({ begin: () => redis.kill(), end: () => redis.launch() });
}, 60_000);
