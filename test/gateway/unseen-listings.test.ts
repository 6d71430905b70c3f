import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { view } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  buyer = await cluster.person('민지', 0);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Page = { items: view.Listing[]; nextCursor: string | null };

/** Every way in which a listing goes out of sight, and whether its owner still sees it. */
const ways: Record<
  string,
  { act: (one: view.Listing, owner: Person) => Promise<unknown>; owner: number }
> = {
  removed: {
    act: ({ id }, owner) => owner.call('DELETE', `/v1/listings/${id}`),
    owner: 404,
  },
  hidden: {
    act: ({ id }, owner) => owner.gets('POST', `/v1/listings/${id}/state`, { state: 'hidden' }),
    owner: 200,
  },
  // By a moderator.
  blinded: {
    act: ({ id }) =>
      cluster.inspect((connection) =>
        connection
          .collection<{ _id: string }>('listings')
          .updateOne({ _id: id }, { $set: { state: 'blinded' }, $inc: { version: 1 } }),
      ),
    owner: 200,
  },
  'of somebody who blocked the reader': {
    act: (_one, owner) => owner.gets('PUT', `/v1/me/blocks/${buyer.id}`),
    owner: 200,
  },
  'of somebody whom the reader blocked': {
    act: (_one, owner) => buyer.gets('PUT', `/v1/me/blocks/${owner.id}`),
    owner: 200,
  },
};

test.each(Object.entries(ways))('what is %s is in no list, on no node', async (_what, way) => {
  const owner = await cluster.person('준호', 1);
  const location = { latitude: 33 + Math.random(), longitude: 126.5 };
  const stays = await (await cluster.person('서연')).lists({ title: '남는 자전거', location });
  const goes = await owner.lists({ title: '가는 자전거', location });
  for (const { id } of [stays, goes]) await buyer.gets('PUT', `/v1/listings/${id}/favourite`);

  const { latitude, longitude } = location;
  const near = `near=${latitude.toFixed(6)},${longitude.toFixed(6)}&radiusKm=0.5`;
  const lists = [
    ...['recent', 'distance', 'priceAsc', 'priceDesc'].map(
      (sort) => `/v1/listings?${near}&sort=${sort}`,
    ),
    `/v1/listings?${near}&category=sports`,
    `/v1/listings?${near}&state=onSale`,
    `/v1/listings?${near}&q=%EC%9E%90%EC%A0%84%EA%B1%B0`,
    '/v1/me/favourites?limit=2',
  ];
  const everywhere = cluster.gateways.flatMap((gateway) =>
    lists.map((path) => ({
      path,
      reader: Object.assign(Object.create(buyer) as Person, { gateway }),
    })),
  );
  const shown = (title: string) =>
    Promise.all(
      everywhere.map(async ({ path, reader }) => {
        const { items } = await reader.gets<Page>('GET', path);
        return items.some((one) => one.title === title);
      }),
    );
  // So that whatever remembers lists has seen it.
  for (let times = 0; times < 2; times += 1)
    expect(await shown('가는 자전거')).not.toContain(false);

  await way.act(goes, owner);
  expect(await shown('가는 자전거')).not.toContain(true);
  expect(await shown('남는 자전거')).not.toContain(false);
  for (const part of ['', '/price-history'])
    expect((await buyer.call('GET', `/v1/listings/${goes.id}${part}`)).status).toBe(404);
  expect((await buyer.call('PUT', `/v1/listings/${goes.id}/favourite`)).status).toBe(404);
  expect((await owner.call('GET', `/v1/listings/${goes.id}`)).status).toBe(way.owner);
  const mine = await owner.gets<Page>('GET', '/v1/me/listings');
  expect(mine.items.some(({ id }) => id === goes.id)).toBe(way.owner === 200);
});
