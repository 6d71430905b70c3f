import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { ListingStore } from '../../src/listings/listing.store.js';
import { MongoListingSearch } from '../../src/listings/mongo-listing-search.js';
import { DealStore } from '../../src/trade/deal.store.js';
import { OfferStore } from '../../src/trade/offer.store.js';
import { ReviewStore } from '../../src/trade/review.store.js';
import { ExportStore } from '../../src/users/export.store.js';
import { UserStore } from '../../src/users/user.store.js';
import { dropOwnDatabase, openOwnDatabase, profiled } from '../support/own-database.js';
import { makeCollections, type StoreClass } from '../../src/platform/store.js';

/** What workers ask for every few seconds, for ever: it must cost nothing where little is due of much that is there. */
let connection: Connection;

beforeAll(async () => {
  connection = await openOwnDatabase();
}, 60_000);

afterAll(() => dropOwnDatabase(connection), 60_000);

/** One collection, and its stores' questions for what is due. */
const due = () => {
  const listings = new ListingStore(connection, new MongoListingSearch(connection));
  const users = new UserStore(connection, { caching: 'none' });
  const reviews = new ReviewStore(connection);
  const exports = new ExportStore(connection);
  const offers = new OfferStore(connection);
  const deals = new DealStore(connection);
  const now = new Date();
  return [
    ['listings', listings, [() => listings.newsDue(now, 10), () => listings.marks.due(now, 10)]],
    [
      'users',
      users,
      [
        () => users.erasuresDue(now, 10),
        () => users.mannersDue(now, 10),
        () => users.marks.due(now, 10),
      ],
    ],
    ['reviews', reviews, [() => reviews.due(now, 10)]],
    ['exports', exports, [() => exports.due(now, 10)]],
    ['offers', offers, [() => offers.due(now, 10), () => offers.toRemind(now, 10)]],
    ['deals', deals, [() => deals.due(now, 10), () => deals.toRemind(now, 10)]],
  ] as const;
};

test('what is due is found by an index, however much is there that is not', async () => {
  const db = connection.db!;
  for (const [name, store, questions] of due()) {
    await makeCollections(connection, [store.constructor as unknown as StoreClass]);
    await db
      .collection(name)
      .insertMany(Array.from({ length: 50 }, (_, at) => ({ _id: `${name}-${at}` as never })));
    for (const question of questions) {
      const read = await profiled(connection, name, question);
      const plans = read.map(({ planSummary, docsExamined }) => ({
        byIndex: /^IXSCAN/.test(String(planSummary)),
        docsExamined,
      }));
      expect([name, question.toString(), plans]).toEqual([
        name,
        question.toString(),
        [{ byIndex: true, docsExamined: 0 }],
      ]);
    }
  }
}, 60_000);
