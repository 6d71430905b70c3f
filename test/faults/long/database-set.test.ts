import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { view } from '../../../src/contract/index.js';
import { Crowd } from '../../support/crowd.js';
import { within } from '../../support/eventually.js';
import { haggle } from '../../support/offers.js';
import { ReplicaSet } from '../../support/replica-set.js';
import { seeds, tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

/** The whole product on a MongoDB of three members, to which things happen while people talk. */
let set: ReplicaSet;
let cluster: TestCluster;
let crowd: Crowd;

beforeAll(async () => {
  set = await ReplicaSet.start({ electable: true });
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: {
      MONGODB_URI: set.uri(`test_${randomBytes(6).toString('hex')}`),
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
    },
  });
  crowd = await Crowd.gathers(cluster);
}, 180_000);

afterEach(() => set?.fails('off'));

afterAll(async () => {
  crowd?.leaves();
  await cluster?.stop();
  await set?.stop();
}, 60_000);

/** It is over, the set is whole, and people talk on for a while. */
async function isOver(row: number, seed: number, since: number): Promise<void> {
  await crowd.goesOn(1, 60_000);
  const pauseMs = crowd.longestPause(since);
  await set.isWhole();
  tells({ row, seed, pauseMs, repairMs: await crowd.recovers(seed) });
}

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
    await set.primary(old);
    await crowd.goesOn(1, 60_000);
    await set.startAgain(old);
    await isOver(12, seed, since);
  },
  180_000,
);

/** By which a request is answered whatever the database does: see `connectMongo`. */
const boundMs = 15_000;

/** Sends a message by REST, as one that a person wrote outside of the crowd; rejects when it is not answered in time. */
async function sender(seed: number) {
  const [someone, other] = crowd.pair(seed);
  const { id } = await someone.asksAbout(await other.lists());
  const path = `/v1/conversations/${id}/messages`;
  return (clientMessageId: string = randomUUID()) => {
    const body = { clientMessageId, text: '들리나요?' };
    return within('it is answered', someone.call<view.Problem>('POST', path, body), boundMs);
  };
}

test.each(seeds())(
  'the primary hangs under load, and wakes when there is another (seed %i)',
  async (seed) => {
    const sends = await sender(seed);
    const since = await crowd.isUnderLoad(seed);
    const old = await set.primary();
    set.hang(old);
    try {
      // Those that have begun when nobody knows of it, and while another is elected.
      const answers = await Promise.all(
        [0, 1_000, 2_000, 3_000, 4_000].map((ms) => wait(ms).then(() => sends())),
      );
      for (const { status } of answers) expect([201, 503]).toContain(status);
      await set.primary(old);
      await crowd.goesOn(1, 60_000);
    } finally {
      set.wake(old);
    }
    await isOver(13, seed, since);
  },
  180_000,
);

test.each(seeds())(
  'without a majority all is refused in time, and goes on by itself when there is one (seed %i)',
  async (seed) => {
    const sends = await sender(seed);
    const clientMessageId = randomUUID();
    const since = await crowd.isUnderLoad(seed);
    const primary = await set.primary();
    const others = [0, 1, 2].filter((member) => member !== primary);
    await Promise.all(others.map((member) => set.kill(member)));
    // The second finds a set without a primary, the first one that has not noticed yet.
    for (const _ of [1, 2]) {
      const answer = await sends(clientMessageId);
      expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const { url } of cluster.gateways)
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await Promise.all(others.map((member) => set.startAgain(member)));
    await isOver(14, seed, since);
    const answer = await sends(clientMessageId);
    expect([200, 201]).toContain(answer.status);
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
