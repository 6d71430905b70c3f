import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { thumbHashToAverageRGBA } from 'thumbhash';
import { limits, type view } from '../../src/contract/index.js';
import { aListing, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let seller: Person, buyer: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [seller, buyer] = await Promise.all([cluster.person('준호', 0), cluster.person('민지', 1)]);
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

/** Ids of images that a person has just uploaded. */
async function photos(count: number, owner = seller): Promise<string[]> {
  const create = { width: 40, height: 30, channels: 3, background: '#8a6' } as const;
  const bytes = Uint8Array.from(await sharp({ create }).png().toBuffer());
  const upload = async () => {
    const form = new FormData();
    form.append('image', new Blob([bytes]), 'photo.png');
    return (await owner.gets<view.Image>('POST', '/v1/images', form)).id;
  };
  return Promise.all(Array.from({ length: count }, upload));
}

const idsOf = ({ images = [] }: view.Listing) => images.map(({ id }) => id);
const see = (listing: view.Listing, person = buyer) =>
  person.gets<view.Listing>('GET', `/v1/listings/${listing.id}`);
const edit = (listing: view.Listing, body: object) =>
  seller.call<view.Listing & view.Problem>('PATCH', `/v1/listings/${listing.id}`, body);
const statusOf = async (id: string, gateway = 1) =>
  (await fetch(`${cluster.gateways[gateway]!.url}/v1/images/${id}/thumb`)).status;
const isKept = (id: string) =>
  cluster.inspect(async (mongo) => {
    const images = mongo.collection<{ _id: string; expiresAt?: Date }>('images');
    const found = await images.findOne({ _id: id });
    return found !== null && found.expiresAt === undefined;
  });

const unusable = (kind = 'listing') => ({
  status: 422,
  body: {
    code: 'VALIDATION_FAILED',
    errors: [{ path: 'imageIds', message: `names an image that this ${kind} cannot use` }],
  },
});

test('a listing shows its images in order everywhere, the first as its thumb, and they stay', async () => {
  const ids = await photos(3);
  const location = { latitude: 38.1, longitude: 128.4 };
  const listing = await seller.lists({ imageIds: ids, location });
  expect(idsOf(listing)).toEqual(ids);
  expect(listing.images![0]).toMatchObject({ width: 40, height: 30 });
  expect(await see(listing)).toMatchObject({ images: listing.images });
  const near = `/v1/listings?near=${location.latitude},${location.longitude}`;
  const { items } = await buyer.gets<{ items: view.Listing[] }>('GET', near);
  expect(items.find(({ id }) => id === listing.id)?.images).toEqual(listing.images);
  const conversation = await buyer.asksAbout(listing);
  expect(conversation.listing.thumb).toBe(listing.images![0]!.urls.thumb);
  expect(await statusOf(ids[0]!)).toBe(200);
  for (const id of ids) expect(await isKept(id)).toBe(true);
});

test('its seller puts them in another order, adds some and drops some; what is dropped is gone', async () => {
  const [one, two, three, four] = (await photos(4)) as [string, string, string, string];
  const listing = await seller.lists({ imageIds: [one, two, three] });
  const conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '아직 있나요?');
  const phone = await buyer.connects();
  const changed = await edit(listing, { imageIds: [four, three, one] });
  expect(changed).toMatchObject({ status: 200, body: { version: 2 } });
  expect(idsOf(changed.body)).toEqual([four, three, one]);
  expect(idsOf(await see(listing))).toEqual([four, three, one]);
  await phone.hears('conversation:updated', ({ listing: card }) =>
    Boolean(card.id === listing.id && card.thumb?.includes(four)),
  );
  phone.close();
  for (const gateway of [0, 1]) expect(await statusOf(two, gateway)).toBe(404);
  expect(await isKept(four)).toBe(true);
  // It is gone for good.
  expect(await edit(listing, { imageIds: [one, two] })).toMatchObject(unusable());
  // Left out and null: as they are. None: none.
  for (const untouched of [{ price: 90_000 }, { price: 80_000, imageIds: null }])
    expect(idsOf((await edit(listing, untouched)).body)).toEqual([four, three, one]);
  expect(idsOf((await edit(listing, { imageIds: [] })).body)).toEqual([]);
  expect((await buyer.asksAbout(listing)).listing.thumb).toBeNull();
  for (const id of [one, three, four]) expect(await statusOf(id)).toBe(404);
});

test("an image that is not there, not one's own, or used elsewhere is refused, and nothing changes", async () => {
  const [mine, used, sent, free] = (await photos(4)) as [string, string, string, string];
  const [foreign] = await photos(1, buyer);
  const listing = await seller.lists({ imageIds: [mine] });
  await seller.lists({ imageIds: [used] });
  const conversation = await buyer.asksAbout(await seller.lists());
  await buyer.sends(conversation, '안녕하세요');
  const say = (imageIds: string[]) =>
    seller.call('POST', `/v1/conversations/${conversation.id}/messages`, {
      clientMessageId: randomUUID(),
      kind: 'image',
      imageIds,
    });
  expect((await say([sent])).status).toBe(201);
  expect(await say([mine])).toMatchObject(unusable('message'));
  const title = `자전거 ${randomUUID()}`;
  for (const wrong of [foreign!, used, sent, 'never-was']) {
    expect(await edit(listing, { title, imageIds: [mine, free, wrong] })).toMatchObject(unusable());
    const made = await seller.call('POST', '/v1/listings', aListing({ title, imageIds: [wrong] }));
    expect(made).toMatchObject(unusable());
  }
  const many = Array.from({ length: limits.imagesPerListing + 1 }, (_, index) => `image-${index}`);
  for (const imageIds of [many, [free, free], [''], 'all', [{}]])
    expect(await edit(listing, { imageIds })).toMatchObject({
      status: 422,
      body: { code: 'VALIDATION_FAILED' },
    });
  const { title: same, images, version } = listing;
  expect(await see(listing)).toMatchObject({ title: same, images, version });
  const found = await cluster.inspect((mongo) =>
    mongo.collection('listings').countDocuments({ title }),
  );
  expect(found).toBe(0);
  expect(await isKept(free)).toBe(false);
  expect(idsOf((await edit(listing, { imageIds: [free, mine] })).body)).toEqual([free, mine]);
});

test('of many listings that want an image at once, one gets it, and only that one is there', async () => {
  const [image] = await photos(1);
  const title = `자전거 ${randomUUID()}`;
  const twin = Object.assign(Object.create(seller) as Person, { gateway: cluster.gateways[1]! });
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) =>
      (index % 2 ? twin : seller).call(
        'POST',
        '/v1/listings',
        aListing({ title, imageIds: [image] }),
      ),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422, 422]);
  const found = await cluster.inspect((mongo) =>
    mongo.collection('listings').countDocuments({ title }),
  );
  expect(found).toBe(1);
});

test('one Idempotency-Key makes one listing with its images, also when an earlier try died', async () => {
  const [image] = await photos(1);
  const key = { 'idempotency-key': randomUUID() };
  const body = aListing({ title: `자전거 ${randomUUID()}`, imageIds: [image] });
  const create = () => seller.call<view.Listing>('POST', '/v1/listings', body, key);
  const first = await create();
  expect(first.status).toBe(201);
  // As if it had died after it listed the thing, and before it kept its answer.
  const kept = createHash('sha256')
    .update(`${seller.id}:${key['idempotency-key']}`)
    .digest('base64url');
  await cluster.inspect(async (mongo) => {
    const answers = mongo.collection<{ _id: string }>('idempotency');
    expect(await answers.deleteOne({ _id: kept })).toMatchObject({ deletedCount: 1 });
  });
  expect((await create()).body).toEqual(first.body);
});

test('while a deal is open they stand, and an image that was refused stays free', async () => {
  const [cover, free] = (await photos(2)) as [string, string];
  const listing = await seller.lists({ price: 100_000, imageIds: [cover] });
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 80_000);
  await seller.gets('POST', `/v1/offers/${offer.id}/accept`, {
    amount: 80_000,
    version: offer.version,
    clientMessageId: randomUUID(),
  });
  for (const imageIds of [[free], [], [cover, free]])
    expect(await edit(listing, { imageIds })).toMatchObject({
      status: 409,
      body: { code: 'LISTING_UNAVAILABLE' },
    });
  expect(idsOf(await see(listing))).toEqual([cover]);
  expect(await isKept(free)).toBe(false);
  expect(await statusOf(cover)).toBe(200);
});

test('removed, its images go with it, from its conversations too', async () => {
  const [cover] = (await photos(1)) as [string];
  const listing = await seller.lists({ imageIds: [cover] });
  const conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '아직 있나요?');
  expect((await seller.call('DELETE', `/v1/listings/${listing.id}`)).status).toBe(204);
  for (const gateway of [0, 1]) expect(await statusOf(cover, gateway)).toBe(404);
  const left = await buyer.gets<view.Conversation>('GET', `/v1/conversations/${conversation.id}`);
  expect(left.listing).toMatchObject({ state: 'removed', thumb: null });
  expect(await seller.call('POST', '/v1/listings', aListing({ imageIds: [cover] }))).toMatchObject(
    unusable(),
  );
});

test('a listing names its images by their content, to be kept for good, and a message does not', async () => {
  const [shown, sent] = (await photos(2)) as [string, string];
  const listing = await seller.lists({ imageIds: [shown] });
  const conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '안녕하세요');
  const { message } = await seller.gets<{ message: view.Message }>(
    'POST',
    `/v1/conversations/${conversation.id}/messages`,
    { clientMessageId: randomUUID(), kind: 'image', imageIds: [sent] },
  );
  const cacheOf = async (path: string) =>
    (await fetch(`${cluster.gateways[1]!.url}${path}`)).headers.get('cache-control');
  const { full, thumb } = listing.images![0]!.urls;
  for (const path of [full, thumb])
    expect(await cacheOf(path)).toBe('public, max-age=31536000, s-maxage=300, immutable');
  const brief = 'private, max-age=300';
  const [plain] = full.split('?');
  for (const path of [plain!, `${plain}?v=another`, message.images![0]!.urls.full])
    expect(await cacheOf(path)).toBe(brief);
  // The same bytes, uploaded again, are named the same, and the address does not say so of others.
  const { urls } = (await seller.lists({ imageIds: await photos(1) })).images![0]!;
  expect(urls.full.split('?')[1]).toBe(full.split('?')[1]);
  expect(await cacheOf(full.replace(shown, sent))).toBe(brief);
});

test('each image comes with a blur to show first', async () => {
  const [red] = await photos(1);
  const listing = await seller.lists({ imageIds: [red] });
  const { thumbhash } = listing.images![0]!;
  const { r, g, b } = thumbHashToAverageRGBA(Buffer.from(thumbhash!, 'base64'));
  // The colour of all its pixels.
  for (const [is, was] of [
    [r, 0x88],
    [g, 0xaa],
    [b, 0x66],
  ] as const)
    expect(Math.abs(is * 255 - was)).toBeLessThan(12);
  expect((await buyer.asksAbout(listing)).listing.thumbhash).toBe(thumbhash);
});

test('a part of an image can be asked for', async () => {
  const listing = await seller.lists({ imageIds: await photos(1) });
  const url = `${cluster.gateways[0]!.url}${listing.images![0]!.urls.full}`;
  const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
  const ask = async (headers: HeadersInit) => {
    const answer = await fetch(url, { headers });
    return {
      status: answer.status,
      range: answer.headers.get('content-range'),
      bytes: Buffer.from(await answer.arrayBuffer()),
      tag: answer.headers.get('etag')!,
    };
  };
  const { tag } = await ask({});
  const size = whole.length;
  const parts: [string, number, number][] = [
    ['bytes=0-9', 0, 9],
    ['bytes=10-', 10, size - 1],
    ['bytes=-5', size - 5, size - 1],
    [`bytes=3-${size * 2}`, 3, size - 1],
  ];
  for (const [range, start, end] of parts)
    for (const headers of [{ range }, { range, 'if-range': tag }])
      expect(await ask(headers as HeadersInit)).toEqual({
        status: 206,
        range: `bytes ${start}-${end}/${size}`,
        bytes: whole.subarray(start, end + 1),
        tag,
      });
  // What is no range, or was asked for another content, or is in several pieces: the whole.
  for (const headers of [
    { range: 'bytes=nonsense' },
    { range: 'lines=0-1' },
    { range: 'bytes=0-1,5-6' },
    { range: 'bytes=0-9', 'if-range': '"another"' },
  ]) {
    const answer = await ask(headers as HeadersInit);
    expect([headers, answer.status, answer.bytes.equals(whole)]).toEqual([headers, 200, true]);
  }
  const beyond = await ask({ range: `bytes=${size}-` });
  expect(beyond).toMatchObject({ status: 416, range: `bytes */${size}` });
  const known = { 'if-none-match': tag, 'cache-control': 'max-age=0' };
  expect(await ask({ range: 'bytes=0-9', ...known })).toMatchObject({ status: 304 });
});
