import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../../src/contract/index.js';
import { haggle } from '../../support/offers.js';
import { seeds, tells } from '../../support/seeds.js';
import { cluster, crowd, isOver, set } from './set-under-load.js';

test.each(seeds())(
  'the primary steps down under load (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    await set.stepsDown();
    await isOver(11, seed, since);
  },
  180_000,
);

test.each(seeds())(
  'the primary is killed under load, and comes back (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    const old = await set.primary();
    await set.kill(old);
    try {
      await set.primary(old);
      await crowd.goesOn(1, 60_000);
    } finally {
      await set.startAgain(old);
    }
    await isOver(12, seed, since);
  },
  180_000,
);

test.each(seeds())(
  'writes are done and their answers get lost (seed %i)',
  async (seed) => {
    const since = await crowd.isUnderLoad(seed);
    const failCommands = ['insert', 'update', 'findAndModify'];
    const often = { activationProbability: 0.3 };
    // Known to be retryable, known to be in doubt, and no answer at all, which costs a process all its connections.
    const [retryable, inDoubt, unanswered] = [
      { failCommands, writeConcernError: { code: 91, errmsg: 'shutting down' } },
      {
        failCommands,
        writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' },
      },
      { failCommands, closeConnection: true },
    ];
    for (const [mode, data] of [
      [often, retryable],
      [often, inDoubt],
      [{ times: 5 }, unanswered],
    ] as const) {
      await set.fails(mode, data);
      await crowd.goesOn(1, 60_000);
    }
    await set.fails('off');
    await isOver(15, seed, since);
  },
  180_000,
);

test.each(seeds())(
  'of a transaction nobody knows whether it was committed: there is one deal (seed %i)',
  async (seed) => {
    const [seller, buyer] = crowd.pair(seed);
    for (const data of [
      { writeConcernError: { code: 91, errmsg: 'shutting down' } },
      { writeConcernError: { code: 64, errmsg: 'waiting for replication timed out' } },
      { closeConnection: true },
    ]) {
      const { listing, offer } = await haggle(seller, buyer);
      await set.fails({ times: 1 }, { failCommands: ['commitTransaction'], ...data });
      const clientMessageId = randomUUID();
      const first = await seller.accepts(offer, clientMessageId);
      expect([200, 503]).toContain(first.status);
      expect(await seller.accepts(offer, clientMessageId)).toMatchObject({ status: 200 });
      const deals = await cluster.inspect((connection) =>
        connection.collection('deals').countDocuments({ listingId: listing.id }),
      );
      expect(deals).toBe(1);
    }
    tells({ row: 15, seed });
  },
  180_000,
);

test('a database that has no room is out of reach, and takes the same message when it has', async () => {
  const [buyer, seller] = crowd.pair(0);
  const conversation = await buyer.asksAbout(await seller.lists());
  const path = `/v1/conversations/${conversation.id}/messages`;
  const draft = { clientMessageId: randomUUID(), text: '자리가 없어요' };
  await set.fails('alwaysOn', { failCommands: ['insert'], errorCode: 14_031 });
  expect(await buyer.call<view.Problem>('POST', path, draft)).toMatchObject({
    status: 503,
    body: { code: 'UNAVAILABLE' },
  });
  await set.fails('off');
  expect(await buyer.call('POST', path, draft)).toMatchObject({ status: 201 });
  tells({ row: 27 });
}, 60_000);
