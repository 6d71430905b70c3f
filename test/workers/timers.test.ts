import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/servers/free-port.js';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { agreed as agreedOver, haggle, seen } from '../support/offers.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { timePasses, timePassesUntil } from '../support/time-passes.js';
import { messagesIn, ofConversation } from '../support/log.js';

/** Two workers with all roles. What becomes of deadlines while the queue is out of reach is in faults/long/timers.test.ts. */
let cluster: TestCluster;
let redis: Redis;
let metricsPorts: number[];
const hourMs = 3_600_000;
/** So long after its moment something is done at the latest, whatever became of its job. */
const latestMs = 20_000;

beforeAll(async () => {
  const url = process.env['TEST_REDIS_URL']!;
  redis = new Redis(url);
  metricsPorts = [await freePort(), await freePort()];
  cluster = await TestCluster.start({
    workers: 2,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
    envOf: (name): Record<string, string> =>
      name.startsWith('worker')
        ? {
            METRICS_PORT: String(metricsPorts[name === 'worker-1' ? 0 : 1]),
          }
        : {},
  });
}, 60_000);

afterAll(async () => {
  await cluster?.stop();
  redis?.disconnect();
}, 60_000);

const story = async (person: Person, conversation: { id: string }) =>
  (await person.log(conversation)).map(
    ({ offer, appointment, notice, text }) =>
      offer?.act ?? appointment?.act ?? notice?.type ?? text,
  );

/** The log says so, within the time that is promised; and by the end of it each act stands there once. */
const tells = async (person: Person, conversation: { id: string }, expected: string[]) => {
  const says = async () =>
    JSON.stringify(await story(person, conversation)) === JSON.stringify(expected);
  // What it says instead tells more than that it was late.
  await eventually('the log says it', says, latestMs).catch(() => undefined);
  expect(await story(person, conversation)).toEqual(expected);
};

/** Its time was over, once. The reminder before it may have come late, or been left out when it was too late for it. */
const endsOnce = (person: Person, conversation: { id: string }) =>
  eventually(
    'the log says that it has ended',
    async () => {
      const said = (await story(person, conversation)).filter((act) => act !== 'offerEndsSoon');
      return JSON.stringify(said) === JSON.stringify(['made', 'expired']);
    },
    latestMs,
  );

/** What Redis has of the queue of timers. */
const queueKeys = (word = '') =>
  redis.keys(`${cluster.gateways[0]!.settings['REDIS_PREFIX']}-queues:timers:*${word}*`);

/** Others in every test: nobody may ask about so many things in an hour, and most tests wait beside each other. */
const people = async () => {
  const [seller, buyer, rival] = (await Promise.all(
    ['준호', '민지', '서연'].map((name) => cluster.person(name)),
  )) as [Person, Person, Person];
  return { seller, buyer, rival };
};

/** People of whom two have agreed, while the third had asked. */
const agreed = async () => {
  const three = await people();
  return { ...three, ...(await agreedOver(three.seller, three.buyer, three.rival)) };
};

const deal = (person: Person, id: string) => person.gets<view.Deal>('GET', `/v1/deals/${id}`);

/** A confirmed appointment in so many hours. */
async function meet(
  { seller, buyer }: { seller: Person; buyer: Person },
  dealId: string,
  hours: number,
): Promise<void> {
  await buyer.gets('PUT', `/v1/deals/${dealId}/appointment`, {
    at: new Date(Date.now() + hours * hourMs).toISOString(),
    place: { name: '합정역 5번 출구' },
  });
  await seller.gets('POST', `/v1/deals/${dealId}/appointment/confirm`, {});
}

test.concurrent('an offer ends at its moment, once, however many workers look', async () => {
  const { seller, buyer } = await people();
  const { conversation, offer } = await haggle(seller, buyer);
  await timePassesUntil(cluster, 'offers', offer.id, 'dueAt', 6_000);
  await eventually('there is a job for it', async () => (await queueKeys(offer.id)).length > 0);
  expect(await seen(buyer, offer)).toMatchObject({ state: 'awaitingSeller' });
  await endsOnce(buyer, conversation);
  expect(await seen(buyer, offer)).toMatchObject({ state: 'expired' });
}, 40_000);

test.concurrent('a reminder comes before the end and leaves the offer as it is', async () => {
  const { seller, buyer } = await people();
  const { conversation, offer } = await haggle(seller, buyer);
  await timePassesUntil(cluster, 'offers', offer.id, 'remindAt', 1_000);
  await tells(seller, conversation, ['made', 'offerEndsSoon']);
  const [, reminder] = await seller.log(conversation);
  const now = await seen(buyer, offer);
  expect(now).toMatchObject({ state: 'awaitingSeller', version: 1 });
  expect(reminder!.notice).toMatchObject({ offerId: offer.id, at: now.expiresAt });
}, 40_000);

test.concurrent('an offer below the hidden minimum is declined at its hidden moment, like any other', async () => {
  const { seller, buyer } = await people();
  const { conversation, offer } = await haggle(seller, buyer, { offers: { minimum: 80_000 } });
  await timePassesUntil(cluster, 'offers', offer.id, 'dueAt', 2_000);
  await tells(buyer, conversation, ['made', 'declined']);
}, 40_000);

test.concurrent('without an appointment the seller is asked after 72 h; an answer keeps the deal', async () => {
  const { seller, buyer, conversation, dealId } = await agreed();
  await timePasses(cluster, 'deals', dealId, 72 * hourMs);
  await tells(seller, conversation, ['made', 'accepted', 'dealQuestion']);
  const asked = await seller.gets<view.Deal>('GET', `/v1/deals/${dealId}`);
  expect(asked).toMatchObject({ state: 'open', abilities: { keep: true } });
  const [, , entry] = await seller.log(conversation);
  expect(entry!.notice).toMatchObject({ dealId, at: asked.question!.answerBy });
  const kept = await seller.call<view.Deal>('POST', `/v1/deals/${dealId}/keep`, {});
  expect(kept).toMatchObject({
    status: 200,
    body: { question: null, abilities: { keep: false } },
  });
  await timePasses(cluster, 'deals', dealId, 71 * hourMs);
  const stands = await deal(buyer, dealId);
  await timePasses(cluster, 'deals', dealId, hourMs);
  await tells(seller, conversation, [
    'made',
    'accepted',
    'dealQuestion',
    'dealKept',
    'dealQuestion',
  ]);
  expect(stands).toMatchObject({ state: 'open', question: null });
}, 90_000);

test.concurrent('silence frees the listing, without blame, and who had asked is told', async () => {
  const { seller, buyer, rival, listing, asking, conversation, offer, dealId } = await agreed();
  const apart = await cluster.person('지우');
  const silent = await apart.asksAbout(listing);
  await apart.sends(silent, '얼마예요?');
  await seller.gets('PUT', `/v1/me/blocks/${apart.id}`);
  await timePasses(cluster, 'deals', dealId, 72 * hourMs);
  await tells(seller, conversation, ['made', 'accepted', 'dealQuestion']);
  const [phone, other] = [await buyer.connects(), await rival.connects()];
  await timePasses(cluster, 'deals', dealId, 24 * hourMs);
  await tells(rival, asking, ['아직 있나요?', 'listingFree']);
  await tells(buyer, conversation, [
    'made',
    'accepted',
    'dealQuestion',
    'dealReleased',
    'fellThrough',
  ]);
  expect(await deal(buyer, dealId)).toMatchObject({
    state: 'cancelled',
    endedBy: 'system',
    reason: 'holdTimeout',
    listing: { state: 'onSale' },
  });
  expect(await seen(buyer, offer)).toMatchObject({ state: 'fellThrough', reason: 'holdTimeout' });
  expect(await rival.gets('GET', `/v1/listings/${listing.id}`)).toMatchObject({
    state: 'onSale',
  });
  for (const device of [phone, other]) {
    await device.hears('conversation:updated', (shown) => shown.listing.state === 'onSale');
    device.close();
  }
  // A block must not show, and nobody is called back across one.
  expect(await story(apart, silent)).toEqual(['얼마예요?']);
}, 90_000);

test.concurrent('both are reminded of their appointment, each time once, and of a missed time only the last', async () => {
  const { seller, buyer, conversation, dealId } = await agreed();
  await meet({ seller, buyer }, dealId, 30);
  const before = ['made', 'accepted', 'proposed', 'confirmed'];
  await timePasses(cluster, 'deals', dealId, 6 * hourMs + 1_000);
  await tells(buyer, conversation, [...before, 'appointmentSoon']);
  // As after an outage: 1 h and 10 min before have both passed.
  await timePasses(cluster, 'deals', dealId, 24 * hourMs - 5 * 60_000);
  await tells(buyer, conversation, [...before, 'appointmentSoon', 'appointmentSoon']);
  // 24 h after it the seller is asked.
  await timePasses(cluster, 'deals', dealId, 24 * hourMs + 5 * 60_000);
  await tells(buyer, conversation, [
    ...before,
    'appointmentSoon',
    'appointmentSoon',
    'dealQuestion',
  ]);
  const [first] = (await buyer.log(conversation)).filter(
    ({ notice }) => notice?.type === 'appointmentSoon',
  );
  expect(first!.notice).toMatchObject({ dealId });
}, 90_000);

test.concurrent('a no-show can be told of once it is time, and not for ever', async () => {
  const { seller, buyer, rival, asking, conversation, dealId } = await agreed();
  await meet({ seller, buyer }, dealId, 1);
  const tell = () => buyer.call<view.Deal>('POST', `/v1/deals/${dealId}/no-show`, {});
  await timePasses(cluster, 'deals', dealId, hourMs + 10 * 60_000);
  expect((await tell()).status).toBe(403);
  await timePasses(cluster, 'deals', dealId, 6 * 60_000);
  expect(await deal(buyer, dealId)).toMatchObject({ abilities: { reportNoShow: true } });
  expect(await tell()).toMatchObject({
    status: 200,
    body: { state: 'noShow', endedBy: 'buyer', listing: { state: 'onSale' } },
  });
  expect((await story(buyer, conversation)).slice(-2)).toEqual(['dealNoShow', 'fellThrough']);
  await tells(rival, asking, ['아직 있나요?', 'listingFree']);
}, 40_000);

test.concurrent('what a command or worker did not live to tell is told by the relay', async () => {
  const { buyer, rival, asking, conversation, dealId } = await agreed();
  await buyer.gets('POST', `/v1/deals/${dealId}/cancel`, { reason: 'other' });
  // As if the command had died between its transaction and the log.
  await cluster.inspect(async (connection) => {
    await messagesIn(connection).deleteMany({
      // Not those of the tests beside it.
      $or: [ofConversation(conversation), ofConversation(asking)],
      'notice.type': { $in: ['dealCancelled', 'listingFree'] },
    });
    await connection
      .collection<{ _id: string }>('deals')
      .updateOne({ _id: dealId }, { $set: { loggedVersion: 1, unlogged: true } });
  });
  await eventually('the end is in the log', async () =>
    (await story(buyer, conversation)).includes('dealCancelled'),
  );
  await tells(rival, asking, ['아직 있나요?', 'listingFree']);
}, 60_000);

test.concurrent('a review that nobody answered is shown when the time to write is over', async () => {
  const { seller, buyer, rival, conversation, dealId } = await agreed();
  await seller.gets('POST', `/v1/deals/${dealId}/complete`, {});
  const { id } = await buyer.gets<view.OwnReview>('POST', `/v1/deals/${dealId}/reviews`, {
    rating: 'great',
  });
  const about = async () =>
    (await rival.gets<{ items: view.Review[] }>('GET', `/v1/users/${seller.id}/reviews`)).items;
  expect(await about()).toEqual([]);
  const week = 7 * 24 * hourMs;
  await timePasses(cluster, 'deals', dealId, week);
  await timePasses(cluster, 'reviews', id, week);
  await eventually(
    'both are told',
    async () => (await story(buyer, conversation)).at(-1) === 'reviewsShown',
    latestMs,
  );
  expect(await about()).toMatchObject([{ dealId, rating: 'great' }]);
  expect(
    (await seller.call('POST', `/v1/deals/${dealId}/reviews`, { rating: 'good' })).status,
  ).toBe(409);
}, 40_000);

test('with the queue emptied between the job and its moment the offer still ends', async () => {
  const { seller, buyer } = await people();
  const { conversation, offer } = await haggle(seller, buyer);
  await timePassesUntil(cluster, 'offers', offer.id, 'dueAt', 6_000);
  await eventually('there is a job for it', async () => (await queueKeys(offer.id)).length > 0);
  await redis.del(...(await queueKeys()));
  await endsOnce(buyer, conversation);
}, 60_000);

// Of the tests before.
test('what time did is counted by kind and outcome, with how late it was', async () => {
  const counts = async () => {
    const pages = metricsPorts.map(async (port) =>
      (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    );
    return (await Promise.all(pages)).join('\n');
  };
  for (const kind of ['offer-end', 'offer-reminder', 'deal-hold', 'appointment-reminder'])
    await eventually(`${kind} is counted`, async () =>
      new RegExp(`haggle_timers_total\\{.*kind="${kind}",outcome="done".*\\} [1-9]`).test(
        await counts(),
      ),
    );
  expect(await counts()).toMatch(/haggle_timer_lag_seconds_count\{.*kind="deal-hold".*\} [1-9]/);
}, 60_000);
