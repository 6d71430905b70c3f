import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { view } from '../../../src/contract/index.js';
import { eventually } from '../../support/eventually.js';
import { callRest, type Person } from '../../support/person.js';
import { haggle } from '../../support/offers.js';
import { ReplicaSet } from '../../support/replica-set.js';
import { TestCluster } from '../../support/test-cluster.js';

/** The member of the set that lists are read from stands still, while the primary goes on. */
let set: ReplicaSet;
let cluster: TestCluster;
let reader: Person, seller: Person, other: Person;
const location = { latitude: 34.8118, longitude: 126.3922 };
const near = 'near=34.8118,126.3922';
const titles: Record<'before' | 'hidden' | 'edited', string> = {
  before: '자작나무 책장',
  hidden: '자작나무 의자',
  edited: '자작나무 탁자',
};
const known = {} as Record<keyof typeof titles, view.Listing>;

beforeAll(async () => {
  set = await ReplicaSet.start();
  cluster = await TestCluster.start({
    gateways: 2,
    env: { MONGODB_URI: set.uri(`test_${randomBytes(6).toString('hex')}`) },
  });
  [reader, seller, other] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1, { email: 'junho@test.example', password: 'correct horse battery' }),
    cluster.person('서연', 0),
  ]);
  for (const [name, title] of Object.entries(titles))
    known[name as keyof typeof titles] = await seller.lists({ title, price: 100_000, location });
  await eventually('the member has all of it', async () => (await found(reader)).length === 3);
  await set.standStill();
}, 180_000);

afterAll(async () => {
  await set?.goOn().catch(() => undefined);
  await cluster?.stop();
  await set?.stop();
}, 60_000);

type Page = { items: view.Listing[]; nextCursor: string | null };
const ids = ({ items }: Page) => items.map(({ id }) => id);
const found = async (who: Person, q = '자작나무') =>
  ids(await who.gets<Page>('GET', `/v1/listings?${near}&q=${q}&limit=100`));
const listed = async (who: Person) =>
  ids(await who.gets<Page>('GET', `/v1/users/${seller.id}/listings?limit=100`));
const feed = async (who: Person, query = '') => {
  const first = await who.gets<Page>('GET', `/v1/listings?${near}&limit=1${query}`);
  if (!first.nextCursor) return ids(first);
  const path = `/v1/listings?${near}&limit=1${query}&cursor=${first.nextCursor}`;
  return [...ids(first), ...ids(await who.gets<Page>('GET', path))];
};

test('who wrote sees it at once on every node, and others what the member still has', async () => {
  const fresh = await seller.lists({ title: '자작나무 침대', price: 100_000, location });
  for (const gateway of [...cluster.gateways].reverse()) {
    seller.gateway = gateway;
    expect(await found(seller)).toContain(fresh.id);
    expect(await listed(seller)).toContain(fresh.id);
  }
  seller.gateway = cluster.gateways[1]!;
  const renamed = await seller.gets<view.Me>('PATCH', '/v1/me', { nickname: '준호네' });
  expect(renamed.nickname).toBe('준호네');
  expect(await seller.gets('GET', `/v1/users/${seller.id}`)).toMatchObject({ nickname: '준호네' });

  expect(await found(reader)).toEqual(
    [known.edited, known.hidden, known.before].map(({ id }) => id),
  );
  expect(await listed(reader)).not.toContain(fresh.id);
  expect(await reader.gets('GET', `/v1/users/${seller.id}`)).toMatchObject({ nickname: '준호' });
  // The first page, which everybody reads, is from the primary.
  expect((await feed(reader))[0]).toBe(fresh.id);
  await seller.call('DELETE', `/v1/listings/${fresh.id}`);
});

test('nobody is shown what was hidden, nor a listing as it was, whatever the member still has', async () => {
  await seller.gets('POST', `/v1/listings/${known.hidden.id}/state`, { state: 'hidden' });
  const title = '자작나무 큰 탁자';
  await seller.gets('PATCH', `/v1/listings/${known.edited.id}`, { title });
  const left = [known.edited.id, known.before.id];
  for (const who of [reader, other]) {
    expect(await found(who)).toEqual(left);
    expect(await listed(who)).toEqual(left);
    for (const query of ['', '&sort=priceAsc', '&sort=distance'])
      expect([query, await feed(who, query)]).toEqual([query, left]);
    const path = `/v1/users/${seller.id}/listings?limit=1`;
    expect((await who.gets<Page>('GET', path)).items[0]!.title).toBe(title);
    expect((await who.gets<Page>('GET', `/v1/listings?${near}&q=자작나무`)).items[0]!.title).toBe(
      title,
    );
  }
});

test('nothing is decided by what the member still has', async () => {
  const { id } = known.before;
  // An offer: half of the price at least.
  await seller.gets('PATCH', `/v1/listings/${id}`, { price: 50_000 });
  const conversation = await reader.asksAbout(known.before);
  const { offer } = await reader.offers(conversation, 30_000);
  expect((await seller.accepts(offer)).status).toBe(200);
  // The buyer, who did not write the change, is told of it: a deal is read where it was made.
  expect(await reader.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({ state: 'accepted' });
  expect(await other.gets('GET', `/v1/listings/${id}`)).toMatchObject({ state: 'reserved' });

  const password = 'another horse battery';
  const current = 'correct horse battery';
  const changed = { password: current, newPassword: password };
  await seller.gets('PUT', '/v1/me/password', changed);
  const logIn = (word: string) =>
    callRest(cluster.gateways[0]!.url, 'POST', '/v1/auth/login', {
      body: { email: 'junho@test.example', password: word },
    });
  expect((await logIn(current)).status).toBe(401);
  expect((await logIn(password)).status).toBe(200);

  await seller.gets('PUT', `/v1/me/blocks/${other.id}`);
  expect(await found(other)).toEqual([]);
  expect((await other.call('GET', `/v1/users/${seller.id}/listings`)).status).toBe(404);
  expect(
    (await other.call('POST', '/v1/conversations', { listingId: known.edited.id })).status,
  ).toBe(404);
  expect(ids(await seller.gets<Page>('GET', '/v1/me/listings'))).toHaveLength(3);
});

test('who wrote a review reads it at once on every node, and others what the member still has', async () => {
  const { offer } = await haggle(seller, reader);
  const { dealId } = (await seller.accepts(offer)).body.offer;
  await seller.gets('POST', `/v1/deals/${dealId}/complete`, {});
  const reviews = async (who: Person) =>
    (await who.gets<{ items: view.Review[] }>('GET', `/v1/users/${reader.id}/reviews`)).items;
  const writes = (who: Person) =>
    who.gets('POST', `/v1/deals/${dealId}/reviews`, { rating: 'great', tags: [] });
  await writes(reader);
  await writes(seller);
  for (const gateway of [...cluster.gateways].reverse()) {
    seller.gateway = gateway;
    expect(await reviews(seller)).toMatchObject([{ rating: 'great', author: { id: seller.id } }]);
  }
  expect(await reviews(await cluster.person('하늘', 0))).toEqual([]);
});

test('what is suggested while one types is read where it was written, since it is kept', async () => {
  await seller.lists({ title: '오동나무 서랍장', price: 100_000, location });
  const path = '/v1/search/suggestions?q=오동';
  for (const who of [seller, reader])
    expect((await who.gets<view.SearchSuggestions>('GET', path)).words).toContain('오동나무');
});

test('once the member goes on, everybody sees it', async () => {
  const fresh = await seller.lists({ title: '자작나무 거울', price: 100_000, location });
  // Has written nothing, and so reads from the member.
  const stranger = await cluster.person('하늘', 0);
  expect(await found(stranger)).not.toContain(fresh.id);
  await set.goOn();
  await eventually('it is found', async () => (await found(stranger)).includes(fresh.id));
});
