import { expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { cluster, redis, survives } from './redis-talk.js';

/** Its hanging, and subscriptions that are cut or hear nothing, are in long/redis.test.ts. */
test('Redis is killed while people talk', async () => {
  await survives({ begin: () => redis.kill(), end: () => redis.launch() });
}, 60_000);

test('the page for operators says that it knows of one process alone, and not that others are gone', async () => {
  const page = async () => (await fetch(`${cluster.gateways[0]!.url}/admin/status`)).text();
  const alone = 'Redis does not answer';
  expect(await page()).not.toContain(alone);
  await redis.kill();
  const shown = await page();
  await redis.launch();
  expect(shown).toContain(alone);
  expect(shown).not.toMatch(/No relay acts|No push worker reports/);
  await eventually('it knows of all again', async () => !(await page()).includes(alone));
}, 60_000);
