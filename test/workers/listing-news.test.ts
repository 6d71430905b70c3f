import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { answer } from '../support/offers.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person, friend: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
  [buyer, seller, friend] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1),
    cluster.person('지훈', 0),
  ]);
  for (const one of [buyer, friend])
    await one.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Page = { items: view.Notification[] };
const told = async (person: Person) =>
  (await person.gets<Page>('GET', '/v1/me/notifications?limit=100')).items;
const toldOf = async (person: Person, listing: { id: string }) =>
  (await told(person)).filter(({ listingId }) => listingId === listing.id);
const hears = (person: Person, listing: { id: string }) =>
  eventually('the news are in the list', async () => (await toldOf(person, listing))[0]);
/** How many are unread; the list says the same. */
const unread = async (person: Person) => {
  // Older than all of them.
  const body = { upTo: '0' };
  const { unread } = await person.gets<view.UnreadNotifications>(
    ...(['PUT', '/v1/me/notifications/read', body] as const),
  );
  expect((await told(person)).filter(({ read }) => !read)).toHaveLength(unread);
  return unread;
};
const isDone = (listing: { id: string }) =>
  eventually('all were told', () =>
    cluster.inspect(async (connection) => {
      const listings = connection.collection<{ _id: string; news?: unknown[] }>('listings');
      const { news = [] } = (await listings.findOne({ _id: listing.id })) ?? {};
      return news.length === 0;
    }),
  );

test('a listing tells once whoever waits for it, by whatever, in list, event and push', async () => {
  const word = `망원${randomUUID().slice(0, 8)}`;
  await buyer.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  await buyer.gets('POST', '/v1/me/saved-searches', { q: word });
  await buyer.gets('PUT', `/v1/me/following/${seller.id}`);
  await friend.gets('PUT', `/v1/me/following/${seller.id}`);
  const screen = await friend.connects();
  const listing = await seller.lists({ title: `${word} 자전거`, price: 30_000 });
  const shown = await screen.hears('notification:new', ({ listingId }) => listingId === listing.id);
  screen.close();
  expect(shown).toMatchObject({
    category: 'alert',
    template: 'listing.followed',
    params: { title: listing.title, price: 30_000, name: '준호' },
    read: false,
  });
  expect(await hears(buyer, listing)).toMatchObject({
    template: 'listing.matched',
    params: { keyword: word },
    fallbackText: expect.stringContaining(listing.title) as unknown as string,
  });
  await isDone(listing);
  const sent = await eventually('the push leaves', async () => {
    const all = await cluster.sent(`news-${listing.id}`);
    return all.some(({ recipientId }) => recipientId === buyer.id) && all;
  });
  expect(sent.filter(({ recipientId }) => recipientId === buyer.id)).toHaveLength(1);
  expect(await toldOf(buyer, listing)).toHaveLength(1);
  expect(await toldOf(seller, listing)).toEqual([]);
  const [{ id: upTo } = { id: '' }] = await told(buyer);
  expect(await buyer.gets('PUT', '/v1/me/notifications/read', { upTo })).toEqual({ unread: 0 });
  expect(await toldOf(buyer, listing)).toMatchObject([{ read: true }]);
  await buyer.gets('DELETE', `/v1/me/following/${seller.id}`);
  await friend.gets('DELETE', `/v1/me/following/${seller.id}`);
});

test('a draft tells nobody before it is on sale; who is blocked, or nobody can see, is not told of', async () => {
  const word = `합정${randomUUID().slice(0, 8)}`;
  for (const one of [buyer, friend])
    await one.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  await seller.gets('PUT', `/v1/me/blocks/${friend.id}`);
  const draft = await seller.lists({ title: `${word} 책상`, state: 'draft' });
  await seller.gets('POST', `/v1/listings/${draft.id}/state`, { state: 'onSale' });
  expect(await hears(buyer, draft)).toMatchObject({ template: 'listing.matched' });
  await isDone(draft);
  expect(await toldOf(friend, draft)).toEqual([]);
  expect(await toldOf(buyer, draft)).toHaveLength(1);
  await seller.gets('POST', `/v1/listings/${draft.id}/state`, { state: 'hidden' });
  expect(await toldOf(buyer, draft)).toEqual([]);
  await seller.gets('DELETE', `/v1/me/blocks/${friend.id}`);
});

test('what leaves the sale before anybody was told is told once it is back, and once', async () => {
  const word = `공덕${randomUUID().slice(0, 8)}`;
  await buyer.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 램프` });
  const put = (state: string) => seller.gets('POST', `/v1/listings/${listing.id}/state`, { state });
  await put('hidden');
  await isDone(listing);
  for (let time = 0; time < 2; time += 1) {
    await put('onSale');
    await hears(buyer, listing);
    await isDone(listing);
    expect(await toldOf(buyer, listing)).toHaveLength(1);
    await put('hidden');
  }
});

test('across a block nothing is told of the other, whoever set it; list and number agree', async () => {
  const [mine, theirs] = await Promise.all([cluster.person('수아', 0), cluster.person('도윤', 1)]);
  await mine.gets('PUT', `/v1/me/following/${theirs.id}`);
  const [first, second] = [await theirs.lists({ price: 100_000 }), await theirs.lists()];
  await hears(mine, first);
  await hears(mine, second);
  const { offer } = await mine.offers(await mine.asksAbout(first), 70_000);
  await eventually('the offer is told', async () => (await told(theirs)).length > 0);
  expect([await unread(mine), await unread(theirs)]).toEqual([2, 1]);
  await theirs.gets('POST', `/v1/listings/${second.id}/state`, { state: 'hidden' });
  expect(await unread(mine)).toBe(1);
  await theirs.gets('POST', `/v1/listings/${second.id}/state`, { state: 'onSale' });
  for (const [by, of] of [
    [mine, theirs],
    [theirs, mine],
  ] as const) {
    await by.gets('PUT', `/v1/me/blocks/${of.id}`);
    expect([await unread(mine), await unread(theirs)]).toEqual([0, 0]);
    expect([await told(mine), await told(theirs)]).toEqual([[], []]);
    await by.gets('DELETE', `/v1/me/blocks/${of.id}`);
    expect(await toldOf(mine, first)).toHaveLength(1);
    expect(
      (await told(theirs)).some(({ conversationId }) => conversationId === offer.conversationId),
    ).toBe(true);
  }
});

test('a page is filled past what is out of sight, and what was read in part counts in part', async () => {
  const [mine, theirs] = await Promise.all([cluster.person('유나', 0), cluster.person('시우', 1)]);
  await mine.gets('PUT', `/v1/me/following/${theirs.id}`);
  const listings: view.Listing[] = [];
  for (let n = 0; n < 4; n += 1) {
    listings.push(await theirs.lists({ price: 100_000 }));
    await hears(mine, listings[n]!);
  }
  for (const { id } of listings.slice(1))
    await theirs.gets('POST', `/v1/listings/${id}/state`, { state: 'hidden' });
  const page = await mine.gets<Page & { nextCursor: string | null }>(
    ...(['GET', '/v1/me/notifications?limit=1'] as const),
  );
  expect(page.items.map(({ listingId }) => listingId)).toEqual([listings[0]!.id]);
  // Of what is told about one conversation, the first is read there.
  const conversation = await mine.asksAbout(listings[0]!);
  const made = await mine.offers(conversation, 70_000);
  const receipts = `/v1/conversations/${conversation.id}/receipts`;
  await theirs.gets('PUT', receipts, { readSeq: made.message.seq });
  await answer(mine, made.offer, 'withdraw');
  await mine.offers(conversation, 71_000);
  await eventually('all is told', async () => (await told(theirs)).length === 3);
  expect(await unread(theirs)).toBe(2);
});

test('news say how listing and seller are called today, and nothing of them is kept', async () => {
  const theirs = await cluster.person('이전이름', 1);
  await friend.gets('PUT', `/v1/me/following/${theirs.id}`);
  const listing = await theirs.lists({ title: '낡은 제목', price: 10_000 });
  await hears(friend, listing);
  await isDone(listing);
  await theirs.gets('PATCH', `/v1/listings/${listing.id}`, { title: '고운 제목' });
  await theirs.gets('PATCH', '/v1/me', { nickname: '새이름' });
  const renamed = {
    params: { title: '고운 제목', name: '새이름', price: 10_000 },
    fallbackText: '새이름님의 새 상품: 고운 제목, 10,000원',
    fallbackTexts: {
      ko: '새이름님의 새 상품: 고운 제목, 10,000원',
      en: 'New from 새이름: 고운 제목, ₩10,000',
    },
  };
  await eventually('it is told by the new names', async () => {
    const [shown] = await toldOf(friend, listing);
    return (
      JSON.stringify(shown?.params) === JSON.stringify({ ...shown?.params, ...renamed.params })
    );
  });
  expect(await toldOf(friend, listing)).toMatchObject([renamed]);
  const kept = await cluster.inspect((connection) =>
    connection.collection('notifications').find({ listingId: listing.id }).toArray(),
  );
  expect(JSON.stringify(kept)).not.toMatch(/이름|제목/);
  expect(
    (await theirs.call('DELETE', '/v1/me', { password: 'correct horse battery' })).status,
  ).toBe(204);
  await eventually('it is gone', async () => (await toldOf(friend, listing)).length === 0);
});

test('a cut of 5 % tells those who have it among the favourites, once a day each', async () => {
  const listing = await seller.lists({ title: '원목 책장', price: 100_000 });
  await buyer.gets('PUT', `/v1/listings/${listing.id}/favourite`);
  const cut = async (price: number) => {
    await seller.gets('PATCH', `/v1/listings/${listing.id}`, { price });
    await isDone(listing);
  };
  await cut(96_000);
  expect(await toldOf(buyer, listing)).toEqual([]);
  await cut(90_000);
  expect(await toldOf(buyer, listing)).toMatchObject([
    { template: 'listing.priceCut', params: { before: 100_000, price: 90_000 } },
  ]);
  await friend.gets('PUT', `/v1/listings/${listing.id}/favourite`);
  await cut(80_000);
  expect(await toldOf(buyer, listing)).toHaveLength(1);
  expect(await toldOf(friend, listing)).toHaveLength(1);
});

test('a cut is what it is to each: small ones add up, up and back is none', async () => {
  const listing = await seller.lists({ title: '원목 의자', price: 100_000 });
  await buyer.gets('PUT', `/v1/listings/${listing.id}/favourite`);
  const costs = async (price: number) => {
    await seller.gets('PATCH', `/v1/listings/${listing.id}`, { price });
    await isDone(listing);
  };
  await costs(150_000);
  await friend.gets('PUT', `/v1/listings/${listing.id}/favourite`);
  await costs(100_000);
  expect(await toldOf(buyer, listing)).toEqual([]);
  expect(await toldOf(friend, listing)).toMatchObject([{ params: { before: 150_000 } }]);
  await costs(97_000);
  expect(await toldOf(buyer, listing)).toEqual([]);
  await costs(94_000);
  expect(await toldOf(buyer, listing)).toMatchObject([
    { params: { before: 100_000, price: 94_000 } },
  ]);
  expect(await toldOf(friend, listing)).toHaveLength(1);
});

test('a listing of which very many hear holds up no other, and where it stands is kept', async () => {
  const [star, other] = [await seller.lists(), await seller.lists()];
  await Promise.all([star, other].map(isDone));
  await cluster.inspect(async (connection) => {
    const at = new Date();
    // They have no accounts, so each is decided for at once.
    const crowd = Array.from({ length: 10_000 }, (_, n) => ({
      ...{ _id: `crowd-${n}` as never, followerId: `crowd-${n}` },
      ...{ sellerId: 'star', createdAt: at },
    }));
    await connection.collection('following').insertMany(crowd, { ordered: false });
    const listings = connection.collection<{ _id: string }>('listings');
    const changes = listings.watch<object, { updateDescription?: { updatedFields?: object } }>([
      { $match: { 'documentKey._id': star.id } },
    ]);
    // Opens it.
    await changes.tryNext();
    const news = (id: string) => ({ news: [{ kind: 'published', id, at, version: 1 }] });
    const ids = [randomUUID(), randomUUID()] as [string, string];
    await connection.collection('following').insertOne({
      _id: randomUUID() as never,
      followerId: friend.id,
      sellerId: seller.id,
      createdAt: at,
    });
    await listings.bulkWrite([
      {
        updateOne: {
          filter: { _id: star.id },
          update: { $set: { sellerId: 'star', ...news(ids[0]) } },
        },
      },
      { updateOne: { filter: { _id: other.id }, update: { $set: news(ids[1]) } } },
    ]);
    await hears(friend, other);
    await isDone(other);
    await isDone(star);
    const decisions = connection.collection<{ at: Date }>('decisions');
    const of = async ({ id }: view.Listing) =>
      decisions
        .find({ conversationId: `news-${id}` })
        .sort({ at: -1 })
        .toArray();
    const [many, few] = [await of(star), await of(other)];
    expect(many).toHaveLength(10_000);
    expect(few.find(({ at: decidedAt }) => decidedAt > many[0]!.at)).toBeUndefined();
    const places: string[] = [];
    for (;;) {
      const change = await changes.tryNext();
      if (!change) break;
      places.push(JSON.stringify(change.updateDescription?.updatedFields ?? {}));
    }
    await changes.close();
    // Other files look through everything.
    await connection.collection('following').deleteMany({ sellerId: 'star' });
    await connection.collection('decisions').deleteMany({ conversationId: `news-${star.id}` });
    expect(places.some((one) => one.includes('news.0.upTo') && one.includes('followers'))).toBe(
      true,
    );
  });
  await friend.gets('DELETE', `/v1/me/following/${seller.id}`);
});

test('a relay that begins again goes on where the last one stood', async () => {
  const theirs = await cluster.person('은우', 1);
  const [first, second] = [buyer, friend].sort((a, b) => (a.id < b.id ? -1 : 1)) as [
    Person,
    Person,
  ];
  for (const one of [first, second]) await one.gets('PUT', `/v1/me/following/${theirs.id}`);
  const listing = await theirs.lists({ state: 'draft' });
  await cluster.inspect(async (connection) => {
    const listings = connection.collection<{ _id: string }>('listings');
    const upTo = JSON.stringify(['followers', first.id]);
    const left = { kind: 'published', id: randomUUID(), at: new Date(), version: 1, upTo };
    await listings.updateOne({ _id: listing.id }, { $set: { state: 'onSale', news: [left] } });
  });
  await hears(second, listing);
  await isDone(listing);
  expect(await toldOf(first, listing)).toEqual([]);
});

test('what was written while no relay was there is told by the next, and told again nobody twice', async () => {
  const word = `상수${randomUUID().slice(0, 8)}`;
  await buyer.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 의자` });
  await hears(buyer, listing);
  await isDone(listing);
  // As a relay leaves it that dies before it has noted that all were told.
  await cluster.inspect(async (connection) => {
    const listings = connection.collection<{ _id: string; news: object[] }>('listings');
    const [{ id }] = (await told(buyer)) as [view.Notification];
    const again = { kind: 'published', id, at: new Date(), version: 1 };
    await listings.updateOne({ _id: listing.id }, { $set: { news: [again] } });
  });
  await isDone(listing);
  expect(await toldOf(buyer, listing)).toHaveLength(1);
});

test('whoever switched alerts off finds them in the list alone', async () => {
  const quiet = await cluster.person('서연', 1);
  await quiet.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
  await quiet.gets('PATCH', '/v1/me/notification-settings', { categories: { alert: false } });
  const word = `연남${randomUUID().slice(0, 8)}`;
  await quiet.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 화분` });
  await hears(quiet, listing);
  await isDone(listing);
  const decided = await cluster.inspect((connection) =>
    connection.collection('decisions').findOne({ recipientId: quiet.id }),
  );
  expect(decided).toMatchObject({ category: 'alert', do: 'nothing', reason: 'categoryOff' });
  expect(await cluster.sent(`news-${listing.id}`)).toEqual([]);
});

/** Of somebody in Korea, so many minutes from now. */
const localTime = (ahead: number) =>
  new Date(Date.now() + ahead * 60_000).toLocaleTimeString('en-GB', {
    timeZone: 'Asia/Seoul',
    hour: '2-digit',
    minute: '2-digit',
  });

test('quiet hours hold the push, and the list has it at once', async () => {
  const asleep = await cluster.person('하윤', 1);
  await asleep.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
  // Around now, so that no time of day falls out of them.
  const quietHours = { from: localTime(-60), to: localTime(60) };
  await asleep.gets('PATCH', '/v1/me/notification-settings', { quietHours });
  const word = `성산${randomUUID().slice(0, 8)}`;
  await asleep.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
  const listing = await seller.lists({ title: `${word} 시계` });
  await hears(asleep, listing);
  await isDone(listing);
  const decided = await cluster.inspect((connection) =>
    connection.collection('decisions').findOne({ recipientId: asleep.id }),
  );
  expect(decided).toMatchObject({ do: 'hold', reason: 'quietHours' });
});
