import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { limits, type view } from '../../src/contract/index.js';
import type { HttpAnswer, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const reports = (
  who: Person,
  targetType: view.ReportTarget,
  targetId: string,
  more: object = {},
): Promise<HttpAnswer<view.Report & view.Problem>> =>
  who.call('POST', '/v1/reports', { targetType, targetId, reason: 'fraud', ...more });

test('a report said twice is the first one', async () => {
  const first = await reports(buyer, 'user', seller.id, { note: '선입금을 요구해요' });
  expect([first.status, first.body.note]).toEqual([201, '선입금을 요구해요']);
  const both = await Promise.all(
    [1, 2].map(() => reports(buyer, 'user', seller.id, { reason: 'spam' })),
  );
  for (const again of both) expect([again.status, again.body]).toEqual([200, first.body]);
});

test('nobody reports themselves, what is theirs, or what the system says', async () => {
  const listing = await seller.lists();
  const conversation = await buyer.asksAbout(listing);
  const { message } = await buyer.sends(conversation, '안녕하세요');
  expect((await reports(seller, 'user', seller.id)).status).toBe(403);
  expect((await reports(seller, 'listing', listing.id)).status).toBe(403);
  expect((await reports(buyer, 'message', message.id)).status).toBe(403);
  await buyer.gets('DELETE', `/v1/conversations/${conversation.id}/me`);
  const left = (await seller.log(conversation)).find(({ kind }) => kind === 'system')!;
  expect((await reports(seller, 'message', left.id)).status).toBe(404);
});

test('what cannot be seen cannot be reported', async () => {
  const stranger = await cluster.person('낯선이');
  const hidden = await seller.lists();
  await seller.gets('POST', `/v1/listings/${hidden.id}/state`, { state: 'hidden' });
  const conversation = await buyer.asksAbout(await seller.lists());
  const { message } = await buyer.sends(conversation, '둘만 보는 말');
  expect((await reports(buyer, 'listing', hidden.id)).status).toBe(404);
  expect((await reports(stranger, 'message', message.id)).status).toBe(404);
  for (const type of ['user', 'listing', 'message'] as const)
    expect((await reports(buyer, type, randomUUID())).status).toBe(404);
});

test('who blocks may report then, who was blocked may report what was written', async () => {
  const [victim, pest] = await Promise.all([cluster.person('하늘'), cluster.person('바다')]);
  const listing = await pest.lists();
  const conversation = await victim.asksAbout(listing);
  await victim.sends(conversation, '아직 있나요?');
  const { message } = await pest.sends(conversation, '무례한 말');
  await pest.gets('PUT', `/v1/me/blocks/${victim.id}`);
  expect((await reports(victim, 'user', pest.id)).status).toBe(404);
  expect((await reports(victim, 'listing', listing.id)).status).toBe(404);
  expect((await reports(victim, 'message', message.id)).status).toBe(201);
  // Its own block hides nothing, and so says nothing of the other one.
  await victim.gets('PUT', `/v1/me/blocks/${pest.id}`);
  expect((await reports(victim, 'user', pest.id)).status).toBe(201);
});

test('there is an end to how many a person may make', async () => {
  const eager = await cluster.person('열심');
  const listings = await Promise.all(
    Array.from({ length: limits.reportsPerHour + 1 }, () => seller.lists()),
  );
  const statuses = [];
  for (const { id } of listings) statuses.push((await reports(eager, 'listing', id)).status);
  expect(statuses.slice(0, -1)).toEqual(Array(limits.reportsPerHour).fill(201));
  expect(statuses.at(-1)).toBe(429);
});
