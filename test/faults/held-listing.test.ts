import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { within } from '../support/eventually.js';
import { draft, haggle } from '../support/offers.js';
import type { HttpAnswer, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Longer than the product's own deadline of 8 s, shorter than the 15 s after which clients give up. */
const answeredMs = 14_000;

let cluster: TestCluster;
let elsewhere: Connection;
let seller: Person, buyer: Person, other: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  elsewhere = await connectTo(cluster.mongoUri);
  [seller, buyer, other] = (await Promise.all(
    ['준호', '민지', '서연'].map((name) => cluster.person(name)),
  )) as [Person, Person, Person];
}, 60_000);

afterAll(async () => {
  await elsewhere?.close();
  await cluster?.stop();
}, 60_000);

/** What a process that died in the middle leaves behind: a transaction that nobody will end. */
async function leaveOpen(collection: string, id: string): Promise<() => Promise<void>> {
  const session = await elsewhere.startSession();
  session.startTransaction();
  await elsewhere
    .collection(collection)
    .updateOne({ _id: id as never }, { $inc: { offersMade: 1 } }, { session });
  return async () => {
    await session.abortTransaction();
    await session.endSession();
  };
}

const inTime = (calls: Promise<HttpAnswer<unknown>>[]) =>
  within('all are answered', Promise.all(calls), answeredMs);

const expectUnavailable = (answers: HttpAnswer<unknown>[]) => {
  for (const { status, body, headers } of answers) {
    expect([status, (body as { code: string }).code]).toEqual([503, 'UNAVAILABLE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
};

test('what another process left half done holds up nobody beyond the deadline, and nothing afterwards', async () => {
  const { listing, offer } = await haggle(seller, buyer);
  const asking = await other.asksAbout(listing);
  const onListing = () => [
    seller.call('PATCH', `/v1/listings/${listing.id}`, { description: '벨 포함' }),
    other.call('POST', `/v1/conversations/${asking.id}/offers`, draft(80_000)),
    seller.call('POST', `/v1/offers/${offer.id}/counter`, {
      ...draft(90_000),
      version: 1,
    }),
  ];
  const body = { clientMessageId: randomUUID(), version: 1 };
  const onOffer = () => [buyer.call('POST', `/v1/offers/${offer.id}/withdraw`, body)];

  const listingHeld = await leaveOpen('listings', listing.id);
  const offerHeld = await leaveOpen('offers', offer.id);
  expectUnavailable(await inTime([...onListing(), ...onOffer()]));
  await Promise.all([listingHeld(), offerHeld()]);

  expect((await inTime(onOffer())).map(({ status }) => status)).toEqual([200]);
  const [edited, made] = await inTime(onListing());
  expect([edited!.status, made!.status]).toEqual([200, 201]);
});
