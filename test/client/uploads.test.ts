import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { createHaggleClient, limits, type HaggleClient } from '../../client/index.js';
import { createMarketApi } from '../../client/market.js';
import { createPhotos, type Photos } from '../../client/photos.js';
import type { Listing } from '../../client/index.js';

interface Upload {
  name: string;
  answer(status: number, body?: object, headers?: Record<string, string>): void;
}

/** Uploads that the server has not answered yet, and the names of all that came. */
let open: Upload[];
let came: string[];
let aborted: string[];
let client: HaggleClient;
let photos: Photos;

beforeEach(() => {
  jest.useFakeTimers();
  open = [];
  came = [];
  aborted = [];
  client = createHaggleClient({
    url: 'http://gateway.test',
    getToken: () => Promise.resolve('token'),
    fetch: (input, init) =>
      new Promise((resolve, reject) => {
        const url = input instanceof Request ? input.url : input.toString();
        if (url.endsWith('/images/uploads')) return resolve(noBucket());
        const file = (init!.body as FormData).get('image') as File;
        came.push(file.name);
        const upload: Upload = {
          name: file.name,
          answer: (status, body = {}, headers = {}) => {
            open = open.filter((one) => one !== upload);
            resolve(new Response(JSON.stringify(body), { status, headers }));
          },
        };
        open.push(upload);
        init!.signal!.addEventListener('abort', () => {
          if (open.includes(upload)) aborted.push(file.name);
          open = open.filter((one) => one !== upload);
          reject(new Error('aborted'));
        });
      }),
  });
  photos = createPhotos(client);
});
afterEach(() => {
  client.close();
  jest.useRealTimers();
});

/** All photos go over the gateway. */
const noBucket = () => new Response(JSON.stringify({ code: 'NOT_FOUND' }), { status: 404 });
const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const photo = (name: string, bytes = 10) =>
  new File([new Uint8Array(bytes)], name, { type: 'image/jpeg' });
const late = { 'retry-after': '2' };
const busy = { code: 'RATE_LIMITED', detail: 'Too many images at once' };

test('ten photos at once go out two at a time, and all arrive', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `${index}.jpg`);
  const images = Promise.all(names.map((name) => photos.upload(photo(name))));
  let most = 0;
  for (let turn = 0; turn < 40; turn += 1) {
    await passes(100);
    most = Math.max(most, open.length);
    open[0]?.answer(201, { id: `image ${open[0].name}` });
  }
  expect(most).toBe(2);
  expect((await images).map(({ id }) => id)).toEqual(names.map((name) => `image ${name}`));
  expect(came).toHaveLength(10);
});

test('one for which there was no room is sent again, not before it was told', async () => {
  const image = photos.upload(photo('a.jpg'));
  await passes(0);
  open[0]!.answer(429, busy, late);
  await passes(1_900);
  expect(came).toEqual(['a.jpg']);
  await passes(700);
  open[0]!.answer(503, {}, {});
  await passes(1_100);
  open[0]!.answer(201, { id: 'image' });
  expect(await image).toEqual({ id: 'image' });
  expect(came).toHaveLength(3);
});

test('a bad photo fails by itself, and holds no place', async () => {
  const [good, bad, other] = ['good', 'bad', 'other'].map((name) => photos.upload(photo(name)));
  const refused = expect(bad).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  await passes(0);
  open.find(({ name }) => name === 'bad')!.answer(422, { code: 'VALIDATION_FAILED' });
  await refused;
  await passes(0);
  for (const upload of open) upload.answer(201, { id: upload.name });
  expect(await good).toEqual({ id: 'good' });
  expect(await other).toEqual({ id: 'other' });
  expect(came).toEqual(['good', 'bad', 'other']);
});

test('what is given up is not sent again and holds no place, whether it waits, is sent or pauses', async () => {
  const names = ['sent', 'paused', 'waiting', 'other'];
  const controllers = names.map(() => new AbortController());
  const images = names.map((name, index) =>
    photos.upload(photo(name), { signal: controllers[index]!.signal }),
  );
  const givenUp = images
    .slice(0, 3)
    .map((image) => expect(image).rejects.toMatchObject({ code: 'DISCARDED' }));
  await passes(0);
  open.find(({ name }) => name === 'paused')!.answer(429, busy, late);
  await passes(100);
  for (const controller of controllers.slice(0, 3)) controller.abort();
  await Promise.all(givenUp);
  await passes(0);
  expect(aborted).toEqual(['sent']);
  expect(came).toEqual(['sent', 'paused', 'other']);
  open.find(({ name }) => name === 'other')!.answer(201, { id: 'other' });
  expect(await images[3]).toEqual({ id: 'other' });
});

test('it is told at once of what can only be in an hour, and in the end of what never goes', async () => {
  const hourly = photos.upload(photo('hourly'));
  const refused = expect(hourly).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
  await passes(0);
  open[0]!.answer(429, busy, { 'retry-after': '3600' });
  await refused;
  const never = photos.upload(photo('never'));
  const given = expect(never).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  for (let turn = 0; turn < 100; turn += 1) {
    await passes(1_000);
    open[0]?.answer(503, { code: 'UNAVAILABLE' });
  }
  await given;
  expect(came.length).toBeLessThan(10);
});

test('what is larger than the server takes is not sent', async () => {
  await expect(photos.upload(photo('large', limits.imageBytes + 1))).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  const exact = photos.upload(photo('exact', limits.imageBytes));
  await passes(0);
  open[0]!.answer(201, { id: 'exact' });
  expect(await exact).toEqual({ id: 'exact' });
  expect(came).toEqual(['exact']);
});

test.each(['"7-abc"', 'W/"7-abc"'])(
  'an edit goes back with the version of the tag %s',
  async (etag) => {
    const sent: (string | undefined)[] = [];
    const market = createMarketApi(
      createHaggleClient({
        url: 'http://gateway.test',
        getToken: () => Promise.resolve('token'),
        fetch: (_url, init) => {
          sent.push((init!.headers as Record<string, string>)['if-match']);
          return Promise.resolve(new Response('{"id":"thing"}', { headers: { etag } }));
        },
      }),
    );
    const seen: Listing = await market.getListing('thing');
    await market.editListing(seen, { price: 1 });
    expect(sent).toEqual([undefined, '"7-abc"']);
  },
);
