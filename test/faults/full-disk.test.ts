import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Person } from '../support/person.js';
import { tells } from '../support/seeds.js';
import { TestCluster } from '../support/test-cluster.js';

/** A database without room is in long/database-set.test.ts. */
let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  // Each line is refused: ENOSPC.
  cluster = await TestCluster.start({ outputTo: '/dev/full' });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

test('a process whose log goes to a full device starts, serves and ends as ever', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const device = await seller.connects();
  const { message } = await buyer.sends(conversation, '로그가 없어도 도착해요');
  await device.hears('message:new', ({ message: heard }) => heard.id === message.id);
  device.close();
  const [gateway] = cluster.gateways;
  expect(gateway!.unexpectedEnds).toEqual([]);
  expect(await gateway!.end('SIGTERM')).toBe(0);
  tells({ row: 27 });
});
