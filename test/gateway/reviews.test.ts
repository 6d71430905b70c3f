import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { HttpAnswer, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { meetingWas } from '../support/time-passes.js';

let cluster: TestCluster;
let seller: Person, buyer: Person;
const all: Person[] = [];

beforeAll(async () => {
  cluster = await TestCluster.shared();
}, 60_000);

afterAll(async () => {
  for (const person of all) person.leaves();
  await cluster?.stop();
}, 60_000);

const dayMs = 24 * 3_600_000;

/** A new seller and a new buyer on different nodes: nobody's temperature comes from another test. */
async function strangersMeet(): Promise<void> {
  [seller, buyer] = await Promise.all([cluster.person('준호', 0), cluster.person('민지', 1)]);
  all.push(seller, buyer);
}

async function agreed(from: Person = seller, to: Person = buyer) {
  const listing = await from.lists({ price: 100_000 });
  const conversation = await to.asksAbout(listing);
  const { offer } = await to.offers(conversation, 80_000);
  const accepted = await from.accepts(offer);
  return { listing, conversation, dealId: accepted.body.offer.dealId! };
}

async function completed(from: Person = seller, to: Person = buyer) {
  const deal = await agreed(from, to);
  await from.gets('POST', `/v1/deals/${deal.dealId}/complete`, {});
  return deal;
}

const says = (
  author: Person,
  dealId: string,
  words: object,
): Promise<HttpAnswer<view.OwnReview & view.Problem>> =>
  author.call('POST', `/v1/deals/${dealId}/reviews`, {
    clientMessageId: randomUUID(),
    ...words,
  });

const profileOf = (reader: Person, of: Person) =>
  reader.gets<view.Profile>('GET', `/v1/users/${of.id}`);
const about = async (reader: Person, of: Person, query = '') =>
  (await reader.gets<{ items: view.Review[] }>('GET', `/v1/users/${of.id}/reviews${query}`)).items;
const dealAs = (reader: Person, dealId: string) =>
  reader.gets<view.Deal>('GET', `/v1/deals/${dealId}`);
const notices = async (reader: Person, conversation: { id: string }) =>
  (await reader.log(conversation)).map(({ notice }) => notice?.type).filter(Boolean);

/** As if the deal had ended so long ago, with what was written of it. */
const ageBy = (dealId: string, days: number) =>
  cluster.inspect(async ({ db }) => {
    const back = (field: string) => ({ $subtract: [field, days * dayMs] });
    await db!.collection<{ _id: string }>('deals').updateOne({ _id: dealId }, [
      {
        $set: {
          endedAt: back('$endedAt'),
          steps: {
            $map: {
              input: '$steps',
              in: { $mergeObjects: ['$$this', { at: back('$$this.at') }] },
            },
          },
        },
      },
    ]);
    await db!
      .collection('reviews')
      .updateMany({ dealId }, [
        { $set: { shownAt: back('$shownAt'), createdAt: back('$createdAt') } },
      ]);
  });

/** As if they had wanted to meet at that time. */
describe('both blind', () => {
  beforeAll(strangersMeet);

  test('what one side wrote is nowhere to be seen until the other wrote, then both are', async () => {
    const { dealId, conversation, listing } = await completed();
    const device = await seller.connects();
    const before = await seller.log(conversation);
    const untouched = {
      profile: await profileOf(seller, seller),
      deal: await dealAs(seller, dealId),
    };

    const words = { rating: 'great', tags: ['onTime', 'friendly'], text: '친절하고 좋았어요' };
    const first = await says(buyer, dealId, words);
    expect(first).toMatchObject({
      status: 201,
      body: { ...words, shown: false, role: 'buyer', subjectId: seller.id, dealId },
    });
    expect(first.body.listingTitle).toBe(listing.title);
    expect(new Date(first.body.shownAt).getTime()).toBeGreaterThan(Date.now() + 6.9 * dayMs);

    // The other side, and everybody else, sees exactly what was there before.
    const heard = device.heard.length;
    const barrier = await buyer.sends(conversation, '고마워요');
    await device.hears('message:new', ({ message }) => message.id === barrier.message.id);
    expect(device.heard.slice(heard).map(({ event }) => event)).toEqual(['message:new']);
    expect(await seller.log(conversation)).toEqual([...before, barrier.message]);
    expect(await dealAs(seller, dealId)).toEqual(untouched.deal);
    for (const reader of [seller, buyer]) {
      expect(await about(reader, seller)).toEqual([]);
      expect(await profileOf(reader, seller)).toEqual(untouched.profile);
    }
    expect(await dealAs(buyer, dealId)).toMatchObject({
      reviews: { mine: { ...words, shown: false }, theirs: null },
      abilities: { review: false },
    });

    const second = await says(seller, dealId, { rating: 'good', tags: ['quickReplies'] });
    expect(second).toMatchObject({ status: 201, body: { shown: true, role: 'seller' } });
    expect(new Date(second.body.shownAt).getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    await device.hears('message:new', ({ message }) => message.notice?.type === 'reviewsShown');
    expect(await notices(buyer, conversation)).toEqual([
      'dealCompleted',
      'reviewsOpen',
      'reviewsShown',
    ]);
    expect(await about(buyer, seller)).toMatchObject([{ ...words, author: { id: buyer.id } }]);
    expect(await about(buyer, buyer)).toMatchObject([{ rating: 'good', tags: ['quickReplies'] }]);
    expect(await dealAs(seller, dealId)).toMatchObject({
      reviews: { mine: { rating: 'good', shown: true }, theirs: words },
      abilities: { review: false },
    });
    expect(await profileOf(buyer, seller)).toMatchObject({
      temperature: 37.3,
      manner: {
        temperature: 37.3,
        counts: { sold: 1, bought: 0, reviews: 1, noShows: 0 },
        tags: [
          { tag: 'friendly', count: 1 },
          { tag: 'onTime', count: 1 },
        ],
      },
    });
    expect(await profileOf(buyer, buyer)).toMatchObject({
      temperature: 37,
      manner: { counts: { sold: 0, bought: 1, reviews: 1 } },
    });
  });

  test('sent again it is the same review, however often and at once', async () => {
    const { dealId } = await completed();
    const words = { rating: 'bad', tags: ['late'], clientMessageId: 'review-of-mine' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => says(buyer, dealId, words)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(7).fill(200),
      201,
    ]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);

    const other = await says(buyer, dealId, { ...words, rating: 'great', tags: [] });
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } });
    const another = await says(buyer, dealId, { rating: 'bad', tags: ['late'] });
    expect(another).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });

    await says(seller, dealId, { rating: 'good' });
    expect(await says(buyer, dealId, words)).toMatchObject({
      status: 200,
      body: { id: answers[0]!.body.id, rating: 'bad', shown: true },
    });
    expect(await dealAs(buyer, dealId)).toMatchObject({ reviews: { mine: { rating: 'bad' } } });
  });

  test('both writing in the same moment on two nodes are both shown', async () => {
    const deals = await Promise.all(Array.from({ length: 8 }, () => completed()));
    await Promise.all(
      deals.flatMap(({ dealId }) => [
        says(buyer, dealId, { rating: 'good' }),
        says(seller, dealId, { rating: 'good' }),
      ]),
    );
    for (const { dealId, conversation } of deals) {
      const mine = { mine: { shown: true }, theirs: { rating: 'good' } };
      expect(await dealAs(buyer, dealId)).toMatchObject({ reviews: mine });
      expect(await dealAs(seller, dealId)).toMatchObject({ reviews: mine });
      const shown = (await notices(buyer, conversation)).filter((type) => type === 'reviewsShown');
      expect(shown).toHaveLength(1);
    }
  }, 60_000);
});

describe('who may write when', () => {
  beforeAll(strangersMeet);

  test('not before the end, not about what came to nothing, and no stranger', async () => {
    const { dealId } = await agreed();
    const refused = { status: 403, body: { code: 'FORBIDDEN' } };
    expect(await says(buyer, dealId, { rating: 'good' })).toMatchObject(refused);
    await seller.gets('POST', `/v1/deals/${dealId}/cancel`, { reason: 'changedMind' });
    expect(await says(buyer, dealId, { rating: 'good' })).toMatchObject(refused);

    const done = await completed();
    const stranger = await cluster.person('지우');
    const hidden = { status: 404, body: { code: 'NOT_FOUND' } };
    expect(await says(stranger, done.dealId, { rating: 'bad' })).toMatchObject(hidden);
    expect(await says(buyer, 'no-such-deal', { rating: 'bad' })).toMatchObject(hidden);
    expect(await about(buyer, seller)).toEqual([]);
  });

  test('once seven days are over what one side wrote is shown, and nobody writes any more', async () => {
    const { dealId } = await completed();
    const sent = { rating: 'good', clientMessageId: 'review-of-mine' };
    await says(buyer, dealId, sent);
    await ageBy(dealId, 6.9);
    expect(await about(seller, seller)).toEqual([]);
    await ageBy(dealId, 0.2);
    expect(await about(seller, seller)).toMatchObject([{ rating: 'good' }]);
    expect(await dealAs(seller, dealId)).toMatchObject({
      reviews: { mine: null, theirs: { rating: 'good' } },
      abilities: { review: false },
    });
    const late = await says(seller, dealId, { rating: 'bad' });
    expect(late).toMatchObject({ status: 409, body: { code: 'EDIT_WINDOW_EXPIRED' } });
    const again = await says(buyer, dealId, sent);
    expect(again).toMatchObject({ status: 200, body: { shown: true } });
    expect(await about(seller, buyer)).toEqual([]);
  });

  test.each<[string, object]>([
    ['no rating', {}],
    ['an unknown rating', { rating: 'fine' }],
    ['praise with a bad one', { rating: 'bad', tags: ['friendly'] }],
    ['criticism with a good one', { rating: 'good', tags: ['late'] }],
    ['a tag twice', { rating: 'good', tags: ['friendly', 'friendly'] }],
    ['a text too long', { rating: 'good', text: '가'.repeat(301) }],
    ['an unknown field', { rating: 'good', subjectId: 'me' }],
  ])('%s is refused and changes nothing', async (_what, words) => {
    const { dealId } = await completed();
    const answer = await says(buyer, dealId, words);
    expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
    expect(await dealAs(buyer, dealId)).toMatchObject({
      reviews: { mine: null },
      abilities: { review: true },
    });
  });
});

describe('manner temperature', () => {
  beforeAll(strangersMeet);

  test('a newcomer has the start, and reads how it will be computed', async () => {
    const { manner, temperature } = await profileOf(buyer, seller);
    expect(temperature).toBe(36.5);
    expect(manner).toMatchObject({
      temperature: 36.5,
      sum: 0,
      counts: { sold: 0, bought: 0, reviews: 0, noShows: 0 },
      tags: [],
      formula: { version: 1, start: 36.5, halfLifeDays: 120, windowDays: 365 },
    });
    expect(manner.parts.map(({ kind, value }) => [kind, value])).toEqual([
      ['great', 1.5],
      ['good', 1],
      ['bad', -3],
      ['noShow', -3],
      ['lateCancel', -3],
      ['warning', -10],
      ['suspension', -40],
    ]);
    expect(await buyer.gets('GET', '/v1/me')).toMatchObject({ temperature: 36.5 });
  });

  test('the second word of the same partner counts half', async () => {
    for (let deals = 0; deals < 2; deals += 1) {
      const { dealId } = await completed();
      await says(buyer, dealId, { rating: 'great' });
      await says(seller, dealId, { rating: 'great' });
    }
    const { manner } = await profileOf(buyer, seller);
    expect(manner.sum).toBeCloseTo(1.5 + 0.75, 3);
    expect(manner.parts[0]).toMatchObject({ kind: 'great', count: 2 });
    expect(manner.temperature).toBe(37.7);
    expect(manner.counts).toMatchObject({ sold: 2, reviews: 2 });
  });

  test('a no-show costs the one who did not come, and nobody else', async () => {
    await strangersMeet();
    const { dealId } = await agreed();
    await seller.gets('PUT', `/v1/deals/${dealId}/appointment`, {
      at: new Date(Date.now() + 3_600_000).toISOString(),
      place: { name: '망원역' },
    });
    await buyer.gets('POST', `/v1/deals/${dealId}/appointment/confirm`, {});
    await meetingWas(cluster, dealId, new Date(Date.now() - 3_600_000));
    await seller.gets('POST', `/v1/deals/${dealId}/no-show`, {});
    expect(await profileOf(seller, buyer)).toMatchObject({
      temperature: 34.7,
      manner: { counts: { noShows: 1, reviews: 0 } },
    });
    expect((await profileOf(buyer, seller)).temperature).toBe(36.5);
    expect(await about(seller, buyer)).toEqual([]);
  });

  test('cancelling shortly before the appointment costs, cancelling early does not', async () => {
    await strangersMeet();
    const cancels = async (hours: number) => {
      const { dealId } = await agreed();
      await seller.gets('PUT', `/v1/deals/${dealId}/appointment`, {
        at: new Date(Date.now() + hours * 3_600_000).toISOString(),
        place: { name: '망원역' },
      });
      await buyer.gets('POST', `/v1/deals/${dealId}/appointment/confirm`, {});
      await buyer.gets('POST', `/v1/deals/${dealId}/cancel`, { reason: 'cannotMeet' });
      return (await profileOf(seller, buyer)).temperature;
    };
    expect(await cancels(5)).toBe(36.5);
    expect(await cancels(2)).toBe(34.7);
    expect((await profileOf(buyer, seller)).temperature).toBe(36.5);
  });

  test('cards and conversations show it within a minute, on the node that computed it at once', async () => {
    await strangersMeet();
    const { dealId, listing } = await completed();
    await says(buyer, dealId, { rating: 'great' });
    await says(seller, dealId, { rating: 'great' });
    const card = await seller.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);
    expect(card.seller.temperature).toBe(37.3);
  });

  test('many events at once on two nodes end in the temperature of all of them', async () => {
    await strangersMeet();
    const friends = await Promise.all(
      Array.from({ length: 6 }, (_, index) => cluster.person(`이웃${index}`, index % 2)),
    );
    const deals = await Promise.all(
      friends.map(async (friend) => ({ friend, ...(await completed(seller, friend)) })),
    );
    await Promise.all(deals.map(({ dealId }) => says(seller, dealId, { rating: 'good' })));
    await Promise.all(deals.map(({ friend, dealId }) => says(friend, dealId, { rating: 'great' })));
    await eventually('all six count', async () => {
      const { manner } = await profileOf(buyer, seller);
      return manner.parts[0]!.count === 6 && manner.counts.sold === 6;
    });
    expect((await profileOf(buyer, seller)).manner.sum).toBeCloseTo(9, 3);
  }, 60_000);
});

describe('what was said about a person', () => {
  test('comes in pages, the last shown first, without those whom a block keeps apart', async () => {
    await strangersMeet();
    const friends = await Promise.all(
      Array.from({ length: 3 }, (_, index) => cluster.person(`이웃${index}`)),
    );
    for (const [index, friend] of friends.entries()) {
      const { dealId } = await completed(seller, friend);
      await says(friend, dealId, { rating: 'good', text: `${index}번째` });
      await says(seller, dealId, { rating: 'good' });
    }
    const path = `/v1/users/${seller.id}/reviews?limit=2`;
    const page = await buyer.gets<{ items: view.Review[]; nextCursor: string }>('GET', path);
    expect(page.items.map(({ text }) => text)).toEqual(['2번째', '1번째']);
    const rest = await buyer.gets<{ items: view.Review[]; nextCursor: null }>(
      'GET',
      `${path}&cursor=${page.nextCursor}`,
    );
    expect(rest).toMatchObject({ items: [{ text: '0번째' }], nextCursor: null });

    await buyer.gets('PUT', `/v1/me/blocks/${friends[1]!.id}`);
    expect((await about(buyer, seller)).map(({ text }) => text)).toEqual(['2번째', '0번째']);

    await seller.gets('PUT', `/v1/me/blocks/${friends[2]!.id}`);
    for (const path of [`/v1/users/${seller.id}`, `/v1/users/${seller.id}/reviews`])
      expect(await friends[2]!.call('GET', path)).toMatchObject({ status: 404 });
    expect(await buyer.call('GET', '/v1/users/nobody/reviews')).toMatchObject({ status: 404 });
  }, 60_000);
});
