import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** The lists in which a person finds their deals. */
let cluster: TestCluster;
const all: Person[] = [];

beforeAll(async () => {
  cluster = await TestCluster.shared();
}, 60_000);

afterAll(async () => {
  for (const person of all) person.leaves();
  await cluster?.stop();
}, 60_000);

/** A seller and a buyer without any deals. */
async function strangers(): Promise<[Person, Person]> {
  const two = await Promise.all([cluster.person('준호', 0), cluster.person('민지', 1)]);
  all.push(...two);
  return two;
}

async function agreed(from: Person, to: Person): Promise<string> {
  const conversation = await to.asksAbout(await from.lists({ price: 100_000 }));
  const { offer } = await to.offers(conversation, 80_000);
  return (await from.accepts(offer)).body.offer.dealId!;
}

async function completed(from: Person, to: Person): Promise<string> {
  const id = await agreed(from, to);
  await from.gets('POST', `/v1/deals/${id}/complete`, {});
  return id;
}

type Page = { items: view.Deal[]; nextCursor: string | null };

/** Ids of a whole list, read one by one. */
async function dealsOf(person: Person, query: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  do {
    const page: Page = await person.gets<Page>(
      'GET',
      `/v1/me/deals?limit=1&${query}${cursor ? `&cursor=${cursor}` : ''}`,
    );
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor);
  return ids;
}

test('a person finds what they bought, what they sold, and what they still have to review', async () => {
  const [seller, buyer] = await strangers();
  const bought = await completed(seller, buyer);
  const sold = await completed(buyer, seller);
  const open = await agreed(seller, buyer);
  expect(await dealsOf(buyer, 'state=ended&role=buyer')).toEqual([bought]);
  expect(await dealsOf(buyer, 'state=ended&role=seller')).toEqual([sold]);
  expect(await dealsOf(buyer, 'state=all')).toEqual([open, sold, bought]);
  expect(await dealsOf(buyer, 'role=buyer')).toEqual([open]);
  expect(await dealsOf(buyer, 'role=seller')).toEqual([]);
  // The one that was completed last comes first, whichever was opened first.
  await seller.gets('POST', `/v1/deals/${open}/complete`, {});
  expect(await dealsOf(buyer, 'state=toReview')).toEqual([open, sold, bought]);
  expect(await dealsOf(buyer, 'state=toReview&role=seller')).toEqual([sold]);
  const review = { rating: 'good', clientMessageId: randomUUID() };
  expect((await buyer.call('POST', `/v1/deals/${sold}/reviews`, review)).status).toBe(201);
  expect(await dealsOf(buyer, 'state=toReview')).toEqual([open, bought]);
  expect(await dealsOf(seller, 'state=toReview')).toEqual([open, sold, bought]);
});

test('what ended too long ago to be reviewed is left out', async () => {
  const [seller, buyer] = await strangers();
  const id = await completed(seller, buyer);
  expect(await dealsOf(buyer, 'state=toReview')).toEqual([id]);
  const long = new Date(Date.now() - (tradeLimits.reviewDays * 24 + 1) * 3_600_000);
  await cluster.inspect(({ db }) =>
    db!.collection<{ _id: string }>('deals').updateOne({ _id: id }, { $set: { endedAt: long } }),
  );
  expect(await dealsOf(buyer, 'state=toReview')).toEqual([]);
  expect(await dealsOf(buyer, 'state=ended&role=buyer')).toEqual([id]);
});

test('a cursor belongs to its list', async () => {
  const [seller, buyer] = await strangers();
  await completed(seller, buyer);
  await completed(seller, buyer);
  const { nextCursor } = await buyer.gets<Page>('GET', '/v1/me/deals?limit=1&state=toReview');
  for (const other of ['state=ended', 'state=toReview&role=buyer', 'state=all'])
    expect(await buyer.call('GET', `/v1/me/deals?${other}&cursor=${nextCursor}`)).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED' },
    });
  expect(await buyer.call('GET', '/v1/me/deals?role=both')).toMatchObject({ status: 422 });
});
