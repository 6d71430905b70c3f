import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { aListing, pathOf, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** What is sent in another spelling than ours, by people who paste and by clients of other languages. */
let cluster: TestCluster;
let buyer: Person, seller: Person;
let device: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  device = await buyer.connects();
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

/** The number of somebody from the contacts of a computer, a line end of Windows, and Korean of a Mac. */
const pasted = `\ufeff\u202d010-0000\u202c\r\n${'자전거'.normalize('NFD')}`;
const lines = '010-0000\n자전거';
const oneLine = '010-0000 자전거';

async function agreed(by = buyer) {
  const listing = await seller.lists();
  const conversation = await by.asksAbout(listing);
  const { offer } = await by.offers(conversation, 80_000);
  const { dealId } = (await seller.accepts(offer)).body.offer;
  return { listing, conversation, dealId: dealId! };
}

test('pasted text is cleaned at every door, and stored as it is answered', async () => {
  const nickname = `${pasted} \u2067님\u2069`;
  const named = await seller.gets<view.Me>('PATCH', '/v1/me', { nickname });
  expect(named.nickname).toBe(`${oneLine} 님`);
  const listing = await seller.lists({ title: pasted, description: `${pasted}\r\n` });
  expect(listing).toMatchObject({ title: oneLine, description: lines });
  const edited = await seller.gets('PATCH', `/v1/listings/${listing.id}`, { title: pasted });
  expect(edited).toMatchObject({ title: oneLine });

  const conversation = await buyer.asksAbout(listing);
  const { message } = await buyer.sends(conversation, `${pasted} `);
  expect(message.text).toBe(`${lines} `);
  const over = { conversationId: conversation.id, clientMessageId: randomUUID() };
  expect(await device.do('message:send', { ...over, text: pasted })).toMatchObject({
    message: { text: lines },
  });
  const place = { latitude: 37.5, longitude: 127, name: pasted };
  expect(
    await device.do('message:send', {
      ...over,
      clientMessageId: randomUUID(),
      kind: 'place',
      place,
      text: pasted,
    }),
  ).toMatchObject({ message: { place: { name: oneLine }, text: lines } });
  expect((await buyer.edits(message, pasted)).target.text).toBe(lines);
  const offer = { clientMessageId: randomUUID(), amount: 80_000, note: pasted };
  expect(
    await buyer.gets('POST', `/v1/conversations/${conversation.id}/offers`, offer),
  ).toMatchObject({ offer: { note: lines } });
  const report = { targetType: 'listing', targetId: listing.id, reason: 'other', note: pasted };
  expect(await buyer.gets('POST', '/v1/reports', report)).toMatchObject({ note: lines });
  expect((await buyer.log(conversation)).map(({ text }) => text).slice(0, 3)).toEqual([
    lines,
    lines,
    lines,
  ]);
  const q = encodeURIComponent('\u202d010-0000\u202c');
  const found = await buyer.gets<view.SearchAnswer>('GET', `/v1/messages/search?q=${q}`);
  expect(found.items.length).toBeGreaterThan(0);
});

test('a review and a place to meet are cleaned too', async () => {
  const { dealId } = await agreed();
  const at = new Date(Date.now() + 30 * 3_600_000).toISOString();
  expect(
    await buyer.gets('PUT', `/v1/deals/${dealId}/appointment`, { at, place: { name: pasted } }),
  ).toMatchObject({ appointment: { place: { name: oneLine } } });
  await seller.gets('POST', `/v1/deals/${dealId}/complete`, null);
  expect(
    await buyer.gets('POST', `/v1/deals/${dealId}/reviews`, { rating: 'good', text: pasted }),
  ).toMatchObject({ text: lines });
});

test('the same text in another spelling is the same message', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const clientMessageId = randomUUID();
  const first = await buyer.sends(conversation, pasted, clientMessageId);
  for (const text of [lines, lines.normalize('NFD'), lines.replace('\n', '\r'), `${lines}\u200e`])
    expect(await buyer.sends(conversation, text, clientMessageId)).toEqual({
      message: first.message,
      duplicate: true,
      clientMessageId,
    });
});

test.each(['\u3164', '\u115f\u1160', '\uffa0 \u2800', '\u0301', '\u202a\u200b\r\n'])(
  'what shows nothing (%j) is blank wherever text is needed',
  async (blank) => {
    const listing = await seller.lists();
    const conversation = await buyer.asksAbout(listing);
    const base = `/v1/conversations/${conversation.id}`;
    const { message } = await buyer.sends(conversation, '안녕');
    const clientMessageId = randomUUID();
    const account = { email: `${randomUUID()}@test.example`, password: 'correct horse battery' };
    for (const [method, path, body] of [
      ['POST', '/v1/auth/sign-up', { ...account, nickname: blank }],
      ['PATCH', '/v1/me', { nickname: blank }],
      ['POST', '/v1/listings', aListing({ title: blank })],
      ['PATCH', `/v1/listings/${listing.id}`, { title: blank }],
      ['POST', `${base}/messages`, { clientMessageId, text: blank }],
      ['PATCH', pathOf(message), { clientMessageId, text: blank }],
      ['GET', `/v1/messages/search?q=${encodeURIComponent(blank)}`, undefined],
    ] as const)
      expect([path, await buyer.call(method, path, body)]).toMatchObject([
        path,
        { status: 422, body: { code: 'VALIDATION_FAILED' } },
      ]);
    expect((await buyer.log(conversation)).map(({ text }) => text)).toEqual(['안녕']);
  },
);

test.each(['', ' \n', '\u200e\u202c', '\u3164'])(
  'what shows nothing (%j) is no text where none is needed, on both doors',
  async (blank) => {
    const asker = await cluster.person('서연');
    const phone = await asker.connects();
    const { dealId, conversation, listing } = await agreed(asker);
    const { id: conversationId } = conversation;
    const base = `/v1/conversations/${conversationId}`;
    const where = { latitude: 37.5, longitude: 127, name: blank };
    const place = { kind: 'place', place: where, text: blank };
    const sent = [
      await asker.gets('POST', `${base}/messages`, { clientMessageId: randomUUID(), ...place }),
      await phone.do('message:send', { conversationId, clientMessageId: randomUUID(), ...place }),
    ] as { message: view.Message }[];
    for (const { message } of sent) {
      expect(message).not.toHaveProperty('text');
      expect(message.place).toEqual({ latitude: 37.5, longitude: 127 });
    }
    const report = { targetType: 'listing', targetId: listing.id, reason: 'other', note: blank };
    expect(await asker.gets('POST', '/v1/reports', report)).not.toHaveProperty('note');
    await asker.gets('POST', `/v1/deals/${dealId}/complete`, {});
    const review = { rating: 'good', text: blank };
    expect(await asker.gets('POST', `/v1/deals/${dealId}/reviews`, review)).not.toHaveProperty(
      'text',
    );
    const other = await asker.asksAbout(await seller.lists());
    const offer = { clientMessageId: randomUUID(), amount: 80_000, note: blank };
    const made = await asker.gets<{ offer: view.Offer }>(
      'POST',
      `/v1/conversations/${other.id}/offers`,
      offer,
    );
    const again = await phone.do('offer:make', { conversationId: other.id, ...offer });
    expect([made.offer, again.offer.id]).toEqual([
      expect.not.objectContaining({ note: expect.anything() }),
      made.offer.id,
    ]);
    const gift = await seller.lists({ price: 0 });
    await asker.gets('POST', `/v1/listings/${gift.id}/requests`, { note: blank });
    asker.leaves();
  },
);

test('a time is taken in every spelling and given in one', async () => {
  const { dealId } = await agreed();
  const hour = Math.floor(Date.now() / 3_600_000 + 30) * 3_600_000;
  const utc = new Date(hour).toISOString();
  const seoul = new Date(hour + 9 * 3_600_000).toISOString().slice(0, 19);
  const path = `/v1/deals/${dealId}/appointment`;
  const place = { name: '서울숲' };
  for (const at of [
    utc.replace('.000Z', 'Z'),
    utc.replace('.000Z', '-00:00'),
    utc.replace('.000Z', '.000000001z').replace('T', 't'),
    `${seoul}+09:00`,
    utc.replace('T', ' '),
    `${seoul.replace('T', ' ')}+09:00`,
  ])
    expect(await buyer.gets('PUT', path, { at, place, clientMessageId: null })).toMatchObject({
      appointment: { at: utc },
    });
  const before = await buyer.gets('GET', `/v1/deals/${dealId}`);
  for (const at of [
    `${seoul}+0900`,
    seoul,
    utc.slice(0, 10),
    utc.replace(/-\d\d-/, '-13-'),
    'soon',
    '',
  ])
    expect([at, await buyer.call('PUT', path, { at, place })]).toMatchObject([
      at,
      { status: 422, body: { errors: [{ path: 'at', message: /^is not a time like/ }] } },
    ]);
  expect(await buyer.gets('GET', `/v1/deals/${dealId}`)).toEqual(before);
});

test('a point is taken as languages print numbers, and as people write two of them', async () => {
  const title = randomUUID();
  const [[latitude, longitude], ...nearby] = [
    [51.478, 0],
    ['51.47798333333335', '0.08400000000000002'],
    ['51.4779', '-5.0E-4'],
    ['51.4779', '5e-05'],
    ['51.477999999999999999', '-0.0'],
    ['51.478', ' 0.0'],
    ['+51.478', '+0'],
  ] as const;
  await seller.lists({ title, location: { latitude, longitude } });
  const found = async (near: string) => {
    const path = `/v1/listings?q=${title}&radiusKm=10&near=${encodeURIComponent(near)}`;
    const { status, body } = await buyer.call<{ items?: view.Listing[] }>('GET', path);
    return [near, status, body.items?.length];
  };
  for (const point of nearby) {
    const near = point.join(',');
    expect(await found(near)).toEqual([near, 200, 1]);
  }
  for (const near of [
    ...['51.478', '51.478,0,0', '51.478;0', ',', '91,0', '51.478,181', '1e3,0', '0x10,0', 'NaN,0'],
    ...['51.478,Infinity', '.5,0', '5.,0', '5e,0', `51.${'4'.repeat(200)},0`],
  ])
    expect(await found(near)).toEqual([near, 422, undefined]);
});

test('null and empty lists for what was not set are nothing, on both doors', async () => {
  const listing = await seller.lists({ currency: null, location: null, offers: { minimum: null } });
  expect(listing).toMatchObject({ currency: 'KRW', location: null, offers: { enabled: true } });
  const same = await seller.gets('PATCH', `/v1/listings/${listing.id}`, {
    title: null,
    price: null,
    offers: { hours: null },
  });
  expect(same).toMatchObject({ title: listing.title, price: listing.price });
  const conversation = await buyer.asksAbout(listing);
  const sparse = { text: '안녕', kind: null, imageIds: [], place: null, replyToSeq: null };
  await buyer.gets('POST', `/v1/conversations/${conversation.id}/messages`, {
    clientMessageId: randomUUID(),
    ...sparse,
  });
  const { id: conversationId } = conversation;
  await device.do('message:send', {
    conversationId,
    clientMessageId: randomUUID(),
    ...sparse,
  });
  await device.do('offer:make', {
    conversationId,
    clientMessageId: randomUUID(),
    amount: 80_000,
    note: null,
  });
  for (const payload of [null, { known: null, cursor: null, limit: null }, { known: [] }]) {
    await device.do('sync:pull', payload);
    await buyer.gets('POST', '/v1/sync', payload);
  }
  const unsent = { conversationId, seq: 1, clientMessageId: null };
  expect(await device.do('message:unsend', unsent)).toMatchObject({ target: { state: 'unsent' } });
  expect(await device.ask('message:send', { conversationId, text: '안녕' })).toMatchObject({
    ok: false,
  });
});

test('null clears what can be cleared', async () => {
  const listing = await seller.lists({ offers: { minimum: 70_000 } });
  expect(listing.offers.minimum).toBe(70_000);
  const cleared = await seller.gets<view.Listing>('PATCH', `/v1/listings/${listing.id}`, {
    offers: { minimum: null },
  });
  expect(cleared.offers).not.toHaveProperty('minimum');
  const quiet = { quietHours: { from: '22:00', to: '08:00' } };
  const path = '/v1/me/notification-settings';
  expect(await buyer.gets('PATCH', path, quiet)).toMatchObject(quiet);
  expect(await buyer.gets('PATCH', path, { preview: null })).toMatchObject(quiet);
  expect(await buyer.gets('PATCH', path, { quietHours: null })).toMatchObject({ quietHours: null });
});

test('an empty choice of offers declines none of them', async () => {
  const listing = await seller.lists();
  const conversation = await buyer.asksAbout(listing);
  const { offer } = await buyer.offers(conversation, 80_000);
  const path = `/v1/listings/${listing.id}/offers/decline`;
  const none = { clientMessageId: randomUUID(), offerIds: [] };
  expect(await seller.gets('POST', path, none)).toMatchObject({ declined: [], skipped: [] });
  expect(await buyer.gets('GET', `/v1/offers/${offer.id}`)).toMatchObject({ turn: 'seller' });
});

test('a device is registered whatever it says of its zone and language', async () => {
  for (const [timeZone, locale, known] of [
    ['Etc/Unknown', 'en_US', { timeZone: 'Asia/Seoul', locale: 'en' }],
    ['', 'ko-KR', { timeZone: 'Asia/Seoul', locale: 'ko' }],
    ['Mars/Olympus', 'zh-Hant-TW', { timeZone: 'Asia/Seoul', locale: 'ko' }],
    [null, null, { timeZone: 'Asia/Seoul', locale: 'ko' }],
    ['europe/berlin', 'EN', { timeZone: 'Europe/Berlin', locale: 'en' }],
  ] as const)
    expect(
      await buyer.gets('PUT', '/v1/me/devices/phone', {
        provider: 'fcm',
        token: randomUUID(),
        subscription: null,
        timeZone,
        locale,
      }),
    ).toMatchObject(known);
});
