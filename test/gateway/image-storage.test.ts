import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { createHaggleClient } from '../../client/index.js';
import { createPhotos, fetchWithProgress } from '../../client/photos.js';
import { limits, type view } from '../../src/contract/index.js';
import { Bucket } from '../../src/media/bucket.js';
import { BucketBytes } from '../../src/media/bucket-bytes.js';
import { createDirectUpload } from '../../src/media/direct-upload.js';
import { DocumentBytes } from '../../src/media/document-bytes.js';
import type { ImageBytes } from '../../src/media/image-bytes.js';
import { ImageStore } from '../../src/media/image.store.js';
import { ConfigError, loadConfig } from '../../src/platform/config.js';
import { HeldBytes } from '../../src/platform/held-bytes.js';
import { createLogger } from '../../src/platform/logger.js';
import { startBucket } from '../support/bucket.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

const log = createLogger({ nodeId: 'test', level: 'silent', process: 'test' });
let cluster: TestCluster;
let bucket: Awaited<ReturnType<typeof startBucket>>;
let bucketBytes: BucketBytes;

beforeAll(async () => {
  bucket = await startBucket();
  cluster = await TestCluster.start({ gateways: 1, env: bucket.env });
  bucketBytes = new BucketBytes(new Bucket(bucket.settings, log));
}, 60_000);

afterAll(async () => {
  await cluster?.stop();
  await bucket?.remove();
}, 60_000);

const newId = () => randomBytes(24).toString('base64url');
const someBytes = (size = 40_000) => ({ full: randomBytes(size), thumb: randomBytes(900) });

const storages: [string, <T>(look: (bytes: ImageBytes) => Promise<T>) => Promise<T>][] = [
  ['documents', (look) => cluster.inspect((mongo) => look(new DocumentBytes(mongo)))],
  ['a bucket', (look) => look(bucketBytes)],
];

describe.each(storages)('bytes of images in %s', (_name, within) => {
  test('are given back as they were, by variant', () =>
    within(async (bytes) => {
      const [one, other] = [newId(), `-_${newId()}`];
      const [ofOne, ofOther] = [someBytes(), someBytes(3_000_000)];
      await Promise.all([bytes.put(one, ofOne), bytes.put(other, ofOther)]);
      for (const variant of ['full', 'thumb'] as const) {
        expect((await bytes.get(one, variant))!.equals(ofOne[variant])).toBe(true);
        expect((await bytes.get(other, variant))!.equals(ofOther[variant])).toBe(true);
      }
    }));

  test('that were never there are not found, and removing them is no error', () =>
    within(async (bytes) => {
      expect(await bytes.get(newId(), 'full')).toBeNull();
      await bytes.remove(newId());
    }));

  test('that are put again are the later ones, and removed they are gone, of one image only', () =>
    within(async (bytes) => {
      const [id, neighbour] = [newId(), newId()];
      const [first, later] = [someBytes(), someBytes()];
      for (const put of [first, later]) await bytes.put(id, put);
      await bytes.put(neighbour, first);
      expect((await bytes.get(id, 'full'))!.equals(later.full)).toBe(true);
      for (let again = 0; again < 2; again += 1) await bytes.remove(id);
      for (const variant of ['full', 'thumb'] as const)
        expect(await bytes.get(id, variant)).toBeNull();
      expect((await bytes.get(neighbour, 'thumb'))!.equals(first.thumb)).toBe(true);
    }));
});

test('an object is read within its bound, whatever is said of its length', async () => {
  const server = createServer(({ url }, response) => {
    if (url?.endsWith('packed')) {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(Buffer.alloc(1_200)));
      return;
    }
    // In pieces, and so without a length.
    response.write(Buffer.alloc(600));
    response.end(Buffer.alloc(600));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const other = new Bucket({ ...bucket.settings, url: `http://127.0.0.1:${port}/photos` }, log);
  const tooLarge = { code: 'PAYLOAD_TOO_LARGE' };
  await expect(other.get('in-pieces', 1_199)).rejects.toMatchObject(tooLarge);
  expect(await other.get('in-pieces', 1_200)).toHaveLength(1_200);
  await expect(other.get('packed', 1_200)).rejects.toMatchObject({ code: 'UNSUPPORTED_TYPE' });
  server.closeAllConnections();
  server.close();
});

/** An image as an upload makes it. */
const anImage = () => ({
  id: newId(),
  ownerId: randomUUID(),
  ...someBytes(),
  width: 40,
  height: 30,
  thumbhash: 'EJgBBYB/C2KIeIeHeKiIdAiOCFt3',
  hash: 'hash',
  createdAt: new Date(),
  expiresAt: new Date(Date.now() + 3_600_000),
});

test('images of before the bucket are served from the documents, new ones from the bucket', () =>
  cluster.withStores(async (mongo) => {
    const [old, fresh] = [anImage(), anImage()];
    const withBucket = new ImageStore(mongo, bucketBytes);
    await new ImageStore(mongo).add(old);
    await withBucket.add(fresh);
    for (const image of [old, fresh])
      expect((await withBucket.read(image.id, 'full'))!.bytes.equals(image.full)).toBe(true);
    const images = mongo.collection<{ _id: string }>('images');
    expect(await images.findOne({ _id: fresh.id })).not.toHaveProperty('full');
    // Without its settings it is said, and nothing is taken for lost.
    await expect(new ImageStore(mongo).read(fresh.id, 'full')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
  }));

test('what the database has forgotten is removed from the bucket, and nothing else', () =>
  cluster.withStores(async (mongo) => {
    const store = new ImageStore(mongo, bucketBytes);
    const [gone, kept] = [anImage(), anImage()];
    for (const image of [gone, kept]) await store.add(image);
    await store.removeLeftovers();
    // As the database does when its time is over.
    await mongo.collection<{ _id: string }>('images').deleteOne({ _id: gone.id });
    expect(await store.read(gone.id, 'full')).toBeNull();
    expect(await store.removeLeftovers()).toBe(1);
    expect(await store.removeLeftovers()).toBe(0);
    expect(await bucketBytes.get(gone.id, 'full')).toBeNull();
    expect((await store.read(kept.id, 'thumb'))!.bytes.equals(kept.thumb)).toBe(true);
  }));

describe('a photo that a phone puts into the bucket by itself', () => {
  const create = { width: 64, height: 48, channels: 3, background: '#a64' } as const;
  const photo = async () => Uint8Array.from(await sharp({ create }).jpeg().toBuffer());
  const begins = (person: Person) => person.gets<view.DirectUpload>('POST', '/v1/images/uploads');
  const puts = async (url: string, body: BodyInit, headers: Record<string, string> = {}) =>
    (await fetch(url, { method: 'PUT', body, headers })).status;
  /** By its own address, which the storage of the tests answers to everybody. */
  const isThere = async (url: string) => (await fetch(url.split('?')[0]!)).status === 200;
  const completes = (person: Person, id: string) =>
    person.call<view.Image & view.Problem>('POST', `/v1/images/uploads/${id}/complete`);

  test('becomes an image once, and the original is gone', async () => {
    const seller = await cluster.person('준호');
    const device = await seller.connects();
    expect(await device.hears('session:ready')).toMatchObject({ directUploads: true });
    device.close();
    const { id, url, expiresAt } = await begins(seller);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    expect((await completes(seller, id)).status).toBe(404);
    expect(await puts(url, await photo())).toBe(200);
    const { status, body } = await completes(seller, id);
    expect([status, body.width, body.height]).toEqual([201, 64, 48]);
    expect(await seller.lists({ imageIds: [body.id] })).toMatchObject({
      images: [{ id: body.id }],
    });
    expect(await completes(seller, id)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await isThere(url)).toBe(false);
  });

  test('is taken by nobody else, and refused like any other where it is none, or too large', async () => {
    const [seller, stranger] = [await cluster.person('준호'), await cluster.person('민지')];
    const [good, text, large] = [await begins(seller), await begins(seller), await begins(seller)];
    await puts(good.url, await photo());
    expect((await completes(stranger, good.id)).status).toBe(404);
    await puts(text.url, 'not a photo');
    expect(await completes(seller, text.id)).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_TYPE' },
    });
    await puts(large.url, new Uint8Array(limits.imageBytes + 1));
    expect(await completes(seller, large.id)).toMatchObject({
      status: 413,
      body: { code: 'PAYLOAD_TOO_LARGE' },
    });
    expect((await completes(seller, good.id)).status).toBe(201);
    // What was refused for what it is goes as well.
    for (const { id, url } of [text, large]) {
      expect(await isThere(url)).toBe(false);
      expect((await completes(seller, id)).status).toBe(404);
    }
  });

  test('is refused when it was put there packed', async () => {
    const seller = await cluster.person('준호');
    const { id, url } = await begins(seller);
    expect(await puts(url, gzipSync(await photo()), { 'content-encoding': 'gzip' })).toBe(200);
    expect(await completes(seller, id)).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_TYPE' },
    });
    expect(await isThere(url)).toBe(false);
  });

  test('goes there with the client library, which takes the way over the gateway where it must', async () => {
    const seller = await cluster.person('준호');
    const asked: string[] = [];
    const client = createHaggleClient({
      url: cluster.gateways[0]!.url,
      getToken: () => Promise.resolve(seller.accessToken),
      fetch: (input, init) => {
        asked.push(
          `${init!.method} ${new URL(input instanceof Request ? input.url : input).pathname.replace(/[\w-]{20,}/, ':id')}`,
        );
        return fetchWithProgress(input, init);
      },
    });
    const file = new File([await photo()], 'photo.jpg', { type: 'image/jpeg' });
    const [begin, complete] = ['POST /v1/images/uploads', 'POST /v1/images/uploads/:id/complete'];
    const photos = createPhotos(client);
    const [one, other] = await Promise.all([photos.upload(file), photos.upload(file)]);
    expect(asked.sort()).toEqual([begin, begin, complete, complete]);
    expect(await seller.lists({ imageIds: [one.id, other.id] })).toMatchObject({
      images: [{ id: one.id }, { id: other.id }],
    });
    const page = await fetch(cluster.gateways[0]!.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-security-policy')).toContain(
      new URL(bucket.settings.url).origin,
    );

    // A device that does not reach the bucket, told of it once.
    const unreachable = createPhotos({
      call: (request) =>
        request.path === '/images/uploads'
          ? Promise.resolve({ id: 'x', url: 'http://127.0.0.1:9/photos', expiresAt: '' } as never)
          : client.call(request),
    });
    asked.length = 0;
    for (let turn = 0; turn < 2; turn += 1)
      expect(await unreachable.upload(file)).toMatchObject({ width: 64, height: 48 });
    expect(asked).toEqual(['POST /v1/images', 'POST /v1/images']);
    const givenUp = new AbortController();
    const upload = createPhotos(client).upload(file, { signal: givenUp.signal });
    givenUp.abort();
    await expect(upload).rejects.toMatchObject({ code: 'DISCARDED' });
    const text = new File(['not a photo'], 'photo.jpg', { type: 'image/jpeg' });
    await expect(createPhotos(client).upload(text)).rejects.toMatchObject({
      code: 'UNSUPPORTED_TYPE',
    });
    client.close();
  });

  test('counts like any other upload before it is read, and stays where there are too many', async () => {
    const seller = await cluster.person('준호');
    const { id, url } = await begins(seller);
    await puts(url, await photo());
    for (let left = limits.imagesPerHour; left > 0; left -= 20)
      await Promise.all(Array.from({ length: 20 }, () => completes(seller, newId())));
    const { status, body, headers } = await completes(seller, id);
    expect([status, body.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(600);
    expect(await isThere(url)).toBe(true);
    for (let left = limits.imagesPerHour - 1; left > 0; left -= 1)
      await seller.call('POST', '/v1/images/uploads');
    expect((await seller.call('POST', '/v1/images/uploads')).status).toBe(429);
  });

  test('takes its part of the memory for files', async () => {
    const heldBytes = new HeldBytes();
    const read: Buffer[] = [];
    const direct = createDirectUpload({
      bucket: new Bucket(bucket.settings, log),
      upload: (_actor, bytes) => {
        read.push(bytes);
        return Promise.reject(new Error('not now'));
      },
      quotas: { begun: () => Promise.resolve(), completed: () => Promise.resolve() },
      heldBytes,
      clock: () => new Date(),
    });
    const actor = { userId: randomUUID(), sessionId: '' };
    const { id, url } = await direct.beginUpload(actor);
    await puts(url, await photo());
    const complete = () => direct.completeUpload(actor, id);
    const others = 3 * limits.imageBytes;
    await expect(heldBytes.during(actor.userId, others, complete)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    const [one, other] = [randomUUID(), randomUUID()];
    await expect(
      heldBytes.during(one, others, () => heldBytes.during(other, others, complete)),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(read).toEqual([]);
    await expect(complete()).rejects.toThrow('not now');
    expect(read).toHaveLength(1);
    expect(await isThere(url)).toBe(true);
  });

  test('goes through the gateway where phones do not reach the bucket', async () => {
    const other = await TestCluster.shared();
    const seller = await other.person('준호');
    expect(await seller.call('POST', '/v1/images/uploads')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    await other.stop();
  });
});

test('an uploaded photo goes into the bucket, is served from it, and its loss is not that of the chat', async () => {
  const seller = await cluster.person('준호');
  const buyer = await cluster.person('민지');
  const create = { width: 40, height: 30, channels: 3, background: '#8a6' } as const;
  const photo = Uint8Array.from(await sharp({ create }).png().toBuffer());
  const upload = () => {
    const form = new FormData();
    form.append('image', new Blob([photo]), 'photo.png');
    return seller.call<view.Image & view.Problem>('POST', '/v1/images', form);
  };
  const { id, urls } = (await upload()).body;
  const full = (await bucketBytes.get(id, 'full'))!;
  const read = () => fetch(`${cluster.gateways[0]!.url}${urls.full}`);
  expect(Buffer.from(await (await read()).arrayBuffer()).equals(full)).toBe(true);
  const listing = await seller.lists({ imageIds: [id] });
  expect(listing.images).toMatchObject([{ id }]);

  await bucket.stop();
  expect(await upload()).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  expect((await read()).status).toBe(503);
  const conversation = await buyer.asksAbout(listing);
  expect((await buyer.sends(conversation, '아직 있나요?')).message.text).toBe('아직 있나요?');
}, 60_000);

test('a bucket without its keys stops the process at the start', () => {
  const start = () =>
    loadConfig({
      MONGODB_URI: 'mongodb://127.0.0.1/haggle',
      REDIS_URL: 'redis://127.0.0.1',
      IMAGE_BUCKET_URL: 'https://storage.test/photos',
      IMAGE_BUCKET_KEY_ID: 'key',
    });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(/IMAGE_BUCKET_SECRET must be set/);
});
