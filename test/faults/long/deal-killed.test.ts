import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../../src/contract/index.js';
import { Chaos } from '../../support/chaos/chaos.js';
import { eventually, within } from '../../support/eventually.js';
import { agreed } from '../../support/offers.js';
import type { Person } from '../../support/person.js';
import { TestCluster } from '../../support/test-cluster.js';
import { timePasses } from '../../support/time-passes.js';

let cluster: TestCluster;
let seller: Person, buyer: Person, rival: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, workers: 2, chaos: true });
  [seller, buyer, rival] = (await Promise.all(
    ['준호', '민지', '서연'].map((name) => cluster.person(name, 1)),
  )) as [Person, Person, Person];
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const acts = async (person: Person, conversation: view.Conversation) =>
  (await person.log(conversation)).map(
    ({ offer, notice, text }) => offer?.act ?? notice?.type ?? text,
  );

const tells = (person: Person, conversation: view.Conversation, expected: string[]) =>
  eventually(
    `the log says ${expected.join(', ')}`,
    async () => JSON.stringify(await acts(person, conversation)) === JSON.stringify(expected),
    20_000,
  );

test('kill -9 between the end of a deal and the log: both conversations are told, and the repeat gets the answer', async () => {
  const [victim, other] = cluster.gateways;
  const { listing, asking, conversation, dealId } = await agreed(seller, buyer, rival);
  const { reached } = await new Chaos(victim!).pauseAt('storing', 'dealCancelled');
  const path = `/v1/deals/${dealId}/cancel`;
  const body = { reason: 'cannotMeet', clientMessageId: randomUUID() };
  buyer.gateway = victim!;
  const unanswered = buyer.call('POST', path, body).catch(() => null);
  await within('the deal has ended', reached);
  await victim!.kill();
  expect(await unanswered).toBeNull();
  buyer.gateway = other!;

  const ended = ['made', 'accepted', 'dealCancelled', 'fellThrough'];
  await eventually('the relay has told it', async () => {
    const said = await acts(buyer, conversation);
    return said.length === ended.length && said;
  });
  // Which of the two the relay came to first does not matter.
  expect((await acts(buyer, conversation)).sort()).toEqual([...ended].sort());
  await tells(rival, asking, ['아직 있나요?', 'listingFree']);
  expect(await seller.gets('GET', `/v1/listings/${listing.id}`)).toMatchObject({ state: 'onSale' });

  expect(await buyer.call('POST', path, body)).toMatchObject({
    status: 200,
    body: { state: 'cancelled', endedBy: 'buyer', version: 2, listing: { state: 'onSale' } },
  });
  expect(await acts(buyer, conversation)).toHaveLength(ended.length);
  await victim!.start();
}, 60_000);

test('kill -9 of the worker in the midst of what time does: it is told once, by another', async () => {
  const { asking, conversation, dealId } = await agreed(seller, buyer, rival);
  const reached = await Promise.all(
    cluster.workers.map(async (worker) => ({
      worker,
      ...(await new Chaos(worker).pauseAt('storing', 'dealReleased')),
    })),
  );
  await timePasses(cluster, 'deals', dealId, 72 * 3_600_000);
  await tells(seller, conversation, ['made', 'accepted', 'dealQuestion']);
  await timePasses(cluster, 'deals', dealId, 24 * 3_600_000);
  const victim = await within(
    'a worker has released it',
    Promise.race(reached.map((one) => one.reached.then(() => one.worker))),
    20_000,
  );
  await victim.kill();
  const heir = cluster.workers.find((worker) => worker !== victim)!;
  await new Chaos(heir).calmsDown();
  await tells(rival, asking, ['아직 있나요?', 'listingFree']);
  await eventually('its end is told', async () => {
    const said = await acts(buyer, conversation);
    return said.includes('dealReleased') && said.includes('fellThrough');
  });
  expect(await acts(buyer, conversation)).toHaveLength(5);
  expect(heir.unexpectedEnds).toEqual([]);
  await victim.start();
}, 90_000);
