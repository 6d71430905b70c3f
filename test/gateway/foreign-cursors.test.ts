import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { callRest, type Person } from '../support/person.js';
import type { view } from '../../src/contract/index.js';
import { TestCluster } from '../support/test-cluster.js';

/** A cursor belongs to its list, with its filters and for its person: elsewhere it would skip or repeat things. */
let cluster: TestCluster;
let mine: Person, theirs: Person;
let listings: view.Listing[];

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [mine, theirs] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  listings = [await mine.lists({ title: '긴 의자' }), await mine.lists({ title: '낮은 의자' })];
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

type Page = { items: unknown[]; nextCursor: string | null };
/** `undefined`: as an operator, whom loopback lets in. */
const reads = <T = view.Problem>(who: Person | undefined, path: string) =>
  who ? who.call<T>('GET', path) : callRest<T>(cluster.gateways[0]!.url, 'GET', path, {});
const withQuery = (path: string, query: string) =>
  `${path}${path.includes('?') ? '&' : '?'}${query}`;
const asks = (who: Person | undefined, path: string, cursor: string) =>
  reads(who, withQuery(path, `cursor=${encodeURIComponent(cursor)}`));
/** That of a first page with one item, and more behind it. */
async function cursorOf(who: Person | undefined, path: string): Promise<string> {
  const { status, body } = await reads<Page>(who, withQuery(path, 'limit=1'));
  expect([path, status, typeof body.nextCursor]).toEqual([path, 200, 'string']);
  return body.nextCursor!;
}
const refused = {
  status: 422,
  body: { code: 'VALIDATION_FAILED', errors: [{ path: 'query.cursor' }] },
};

interface Documented {
  paths: Record<
    string,
    { get?: { parameters?: { name: string; in: string; required?: boolean }[] } }
  >;
}

test('no list of the contract takes the cursor of another one', async () => {
  const others = await Promise.all([cluster.person('지훈'), cluster.person('서연')]);
  for (const { id } of others) await mine.gets('PUT', `/v1/me/blocks/${id}`);
  const cursor = await cursorOf(mine, '/v1/me/blocks');
  const conversation = await theirs.asksAbout(listings[0]!);
  await theirs.sends(conversation, '아직 있나요?');
  const answer = await fetch(`${cluster.gateways[0]!.url}/openapi.json`);
  const { paths } = (await answer.json()) as Documented;
  const lists = Object.entries(paths).filter(([, { get }]) =>
    get?.parameters?.some(({ name }) => name === 'cursor'),
  );
  const idOf = { users: mine.id, listings: listings[0]!.id, conversations: conversation.id };
  for (const [path, { get }] of lists) {
    if (path.endsWith('/me/blocks')) continue;
    const area = /\/(\w+)\/\{/.exec(path)?.[1] as keyof typeof idOf | undefined;
    const needed = get!.parameters!.filter((one) => one.in === 'query' && one.required);
    const query = needed.map(({ name }) => `&${name}=${name === 'role' ? 'buyer' : '의자'}`);
    const asked = path.replace(/\{\w+\}/, area ? idOf[area] : '') + `?limit=10${query.join('')}`;
    const got = await asks(path.includes('/admin/') ? undefined : mine, asked, cursor);
    expect({ path, ...got }).toMatchObject({ path, ...refused });
  }
  expect(lists.length).toBeGreaterThan(15);
});

test('nor that of the same one with other filters, of other things, or of another person', async () => {
  const [one, other] = listings as [view.Listing, view.Listing];
  for (const { id } of listings) {
    for (const price of [90_000, 80_000]) await mine.gets('PATCH', `/v1/listings/${id}`, { price });
    await theirs.gets('PUT', `/v1/listings/${id}/favourite`);
  }
  for (const who of [mine, theirs])
    for (const word of ['책상', '의자']) {
      await who.gets('POST', '/v1/me/keyword-alerts', { keyword: word });
      await who.gets('POST', '/v1/me/saved-searches', { q: word });
      const { id } = await cluster.person('이웃');
      await who.gets('PUT', `/v1/me/following/${id}`);
      await who.gets('POST', '/v1/reports', {
        ...{ targetType: 'user', targetId: id, reason: 'spam', note: '' },
      });
    }
  for (const listing of listings)
    await theirs.offers(await theirs.asksAbout(listing), listing === one ? 70_000 : 60_000);
  const third = await cluster.person('하늘');
  await third.offers(await third.asksAbout(one), 65_000);

  const found = '/v1/listings?q=의자';
  const users = `/v1/users/${mine.id}/listings`;
  const made = '/v1/me/offers?role=buyer';
  const wrong: [who: Person | undefined, of: string, where: string][] = [
    [theirs, found, `${found}&sort=recent`],
    [theirs, found, `${found}&minPrice=1000`],
    [theirs, found, '/v1/listings?q=긴'],
    [mine, '/v1/me/listings', '/v1/me/listings?state=onSale'],
    [mine, '/v1/me/listings?state=onSale', '/v1/me/listings'],
    [theirs, users, `/v1/users/${theirs.id}/listings`],
    [theirs, made, '/v1/me/offers?role=seller'],
    [theirs, made, `${made}&state=all`],
    [mine, `/v1/listings/${one.id}/offers`, `/v1/listings/${other.id}/offers`],
    [mine, `/v1/listings/${one.id}/offers`, `/v1/listings/${one.id}/offers?state=all`],
    [mine, `/v1/listings/${one.id}/price-history`, `/v1/listings/${other.id}/price-history`],
    [mine, '/v1/me/keyword-alerts', '/v1/me/saved-searches'],
    [undefined, '/v1/admin/reports', '/v1/admin/reports?reason=spam'],
    [undefined, '/v1/admin/reports', '/v1/admin/reports?state=decided'],
  ];
  for (const [who, of, where] of wrong) {
    const cursor = await cursorOf(who, of);
    expect({ of, where, ...(await asks(who, where, cursor)) }).toMatchObject({ where, ...refused });
    expect({ of, ...(await asks(who, of, cursor)) }).toMatchObject({ of, status: 200 });
  }
  const own = ['keyword-alerts', 'saved-searches', 'following', 'favourites', 'offers?role=buyer'];
  for (const list of own.map((name) => `/v1/me/${name}`)) {
    const cursor = await cursorOf(theirs, list);
    expect({ list, ...(await asks(mine, list, cursor)) }).toMatchObject({ list, ...refused });
  }
});

test('what is no cursor at all is refused in the same words', async () => {
  const cursor = await cursorOf(mine, '/v1/me/listings');
  const [scope, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
  const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const bad of [
    randomUUID(),
    forged([scope]),
    forged([scope, [position]]),
    forged([scope, 'x']),
    forged({ scope, position }),
    forged([scope, [{ $gt: 0 }, 'x']]),
  ])
    expect(await asks(mine, '/v1/me/listings', bad)).toMatchObject(refused);
});
