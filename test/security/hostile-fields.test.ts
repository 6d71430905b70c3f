import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { limits, type view } from '../../src/contract/index.js';
import { aListing, type HttpAnswer, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { toStoredId } from '../../src/platform/stored-ids.js';
import { atPlace, messagesIn, ofConversation, storedEntries } from '../support/log.js';

/** Fields, names and files that are not what they should be: each is refused by name, and nothing changes. */
let cluster: TestCluster;
let buyer: Person, seller: Person;
let listing: view.Listing, conversation: view.Conversation;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호', 1)]);
  listing = await seller.lists({ price: 100_000 });
  conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '안녕하세요');
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

const refusal = ({ status, body }: HttpAnswer<view.Problem>) => [status, body.code];
const invalid = [422, 'VALIDATION_FAILED'];

describe('what is not for the reader', () => {
  test('is answered word for word like what never was', async () => {
    const stranger = await cluster.person('낯선이');
    const hidden = await seller.lists();
    await seller.gets('POST', `/v1/listings/${hidden.id}/state`, { state: 'hidden' });
    const { offer } = await buyer.offers(conversation, 70_000);
    const there = [
      ['GET', `/v1/conversations/${conversation.id}`],
      ['GET', `/v1/conversations/${conversation.id}/messages`],
      ['GET', `/v1/offers/${offer.id}`],
      ['GET', `/v1/listings/${hidden.id}`],
      ['GET', `/v1/listings/${hidden.id}/price-history`],
      ['PUT', `/v1/listings/${hidden.id}/favourite`],
      ['GET', `/v1/listings/${hidden.id}/offers`],
    ] as const;
    for (const [method, path] of there) {
      const known = await stranger.call(method, path);
      const never = await stranger.call(method, path.replace(/[\w-]{36}/, randomUUID()));
      const shown = ({ status, body }: HttpAnswer<view.Problem>) => {
        const { traceId: _, instance: __, ...rest } = body as unknown as Record<string, unknown>;
        return { status, ...rest };
      };
      expect([path, shown(known)]).toEqual([path, shown(never)]);
      expect(known.status).toBe(404);
    }
  });
});

describe('after a block', () => {
  test('nothing is stored, and the other side notices nothing', async () => {
    const [one, other] = [await cluster.person('하나'), await cluster.person('둘')];
    const about = await one.asksAbout(await other.lists());
    await one.sends(about, '안녕하세요');
    await other.gets('PUT', `/v1/me/blocks/${one.id}`);
    const device = await other.connects();
    const stored = () =>
      cluster.inspect((connection) => messagesIn(connection).countDocuments(ofConversation(about)));
    const before = await stored();
    const path = `/v1/conversations/${about.id}/messages`;
    const sent = await one.call('POST', path, { clientMessageId: randomUUID(), text: '왜요?' });
    expect(refusal(sent)).toEqual([409, 'CONVERSATION_CLOSED']);
    expect(await stored()).toBe(before);
    // What follows in time is heard; nothing of the block's other side came before it.
    const barrier = await buyer.asksAbout(await other.lists());
    await buyer.sends(barrier, '아직 있나요?');
    await device.hears('message:new', ({ message }) => message.conversationId === barrier.id);
    const heard = device.all('message:new').map(({ message }) => message.conversationId);
    expect(heard).not.toContain(about.id);
    other.leaves();
  });
});

describe('an address', () => {
  test.each([
    '/v1/listings?state[$ne]=sold',
    '/v1/listings?minPrice[$where]=1',
    '/v1/listings?state.x=sold',
    '/v1/listings?$where=1',
    '/v1/listings?__proto__[state]=sold',
    '/v1/listings?constructor=1',
    '/v1/listings?state=sold&state=onSale',
    '/v1/listings?minPrice=NaN',
    '/v1/listings?minPrice=1e3',
    '/v1/listings?minPrice=-1',
    '/v1/listings?maxPrice=0x10',
    '/v1/listings?limit=1.5',
    '/v1/listings?limit=10000',
    '/v1/listings?near[latitude]=37&near[longitude]=126',
    '/v1/me/listings?state[$gt]=',
    '/v1/conversations?box[$ne]=active',
    '/v1/me/deals?state[$exists]=true',
    '/v1/messages/search?q[$regex]=.',
    '/v1/me/offers?role[$ne]=buyer',
  ])('%s asks no database anything', async (path) => {
    expect(refusal(await buyer.call('GET', path))).toEqual(invalid);
  });
});

describe('a message', () => {
  test.each([
    ['senderId', 'somebody-else'],
    ['seq', 1],
    ['_id', 'an-id'],
    ['id', 'an-id'],
    ['role', 'admin'],
    ['createdAt', '2020-01-01T00:00:00.000Z'],
    ['state', 'active'],
    ['notice', { type: 'dealCompleted' }],
    ['offer', { amount: 1 }],
    ['cautions', []],
    ['onlyFor', 'somebody-else'],
    ['contentHash', 'a-hash'],
    ['conversationId', 'another'],
    ['$set', { text: 'x' }],
    ['text.x', 'x'],
  ])('takes no %s from its sender', async (field, value) => {
    const path = `/v1/conversations/${conversation.id}/messages`;
    const clientMessageId = randomUUID();
    const body = { clientMessageId, text: '안녕', [field]: value };
    expect(refusal(await buyer.call('POST', path, body))).toEqual(invalid);
    const stored = await cluster.inspect((connection) =>
      messagesIn(connection).findOne({ clientMessageId: toStoredId(clientMessageId) }),
    );
    expect(stored).toBeNull();
  });

  test('that is good is stored as its sender and number, whatever was tried', async () => {
    const { message } = await buyer.sends(conversation, '그대로');
    const stored = await cluster.inspect((connection) =>
      messagesIn(connection).findOne(atPlace(conversation.id, message.seq)),
    );
    expect(Object.keys(stored!).sort()).toEqual(
      ['_id', 'clientMessageId', 'conversationId', 'createdAt', 'kind', 'senderId', 'text'].sort(),
    );
    const [entry] = (
      await cluster.inspect((connection) => storedEntries(connection, [conversation.id]))
    ).slice(-1);
    expect(entry).toMatchObject({ senderId: buyer.id, seq: message.seq, kind: 'text' });
  });
});

test.each([0, 2 ** 48 - 1, 2 ** 48, Number.MAX_SAFE_INTEGER])(
  'the number %d, which no entry has, is answered and not a failure',
  async (seq) => {
    const path = `/v1/conversations/${conversation.id}/messages`;
    const { message } = await buyer.sends(conversation, '번호');
    const after = await buyer.gets<{ items: view.Message[] }>('GET', `${path}?afterSeq=${seq}`);
    expect(after.items.at(-1)?.id).toBe(seq === 0 ? message.id : undefined);
    const before = await buyer.gets<{ items: view.Message[] }>('GET', `${path}?beforeSeq=${seq}`);
    expect(before.items[0]?.id).toBe(seq === 0 ? undefined : message.id);
    const known = [{ conversationId: conversation.id, seq }];
    const device = await buyer.connects();
    const pulled = await device.do('sync:pull', { known });
    expect(pulled.messages.some(({ id }) => id === message.id)).toBe(seq === 0);
    if (seq > 0) await device.do('receipt:read', { conversationId: conversation.id, seq });
    const edit = { clientMessageId: randomUUID(), text: '다른 글' };
    if (seq > 0) expect((await buyer.call('PATCH', `${path}/${seq}`, edit)).status).toBe(404);
    device.close();
  },
);

describe('a change of a listing', () => {
  test.each([
    ['sellerId', 'somebody-else'],
    ['ownerId', 'somebody-else'],
    ['sold', true],
    ['state', 'sold'],
    ['views', 9e9],
    ['counts', { views: 9e9 }],
    ['version', 99],
    ['bumpedAt', '2030-01-01T00:00:00.000Z'],
    ['bumps', 0],
    ['blinded', null],
    ['dealId', null],
    ['currency', 'USD'],
    ['images', []],
    ['offers', { enabled: true, floor: 1 }],
    ['location', { latitude: 37, longitude: 126, type: 'Point' }],
  ])('takes no %s', async (field, value) => {
    const path = `/v1/listings/${listing.id}`;
    const before = await seller.gets<view.Listing>('GET', path);
    expect(refusal(await seller.call('PATCH', path, { [field]: value }))).toEqual(invalid);
    expect(await seller.gets('GET', path)).toEqual(before);
    const whole = { ...aListing(), [field]: value };
    const made = await seller.call('POST', '/v1/listings', whole);
    // A new one may be a draft, names its currency and has a place; nothing else of these.
    expect(refusal(made)).toEqual(invalid);
  });
});

describe('an amount', () => {
  const amounts: [string, string][] = [
    ['below nothing', '-1'],
    ['a part of a won', '0.30000000000000004'],
    ['half a won', '1000.5'],
    ['far too much', '1e308'],
    ['more than any price', String(limits.priceMaxWon + 1)],
    ['as a text', '"10000"'],
    ['no number', '"NaN"'],
    ['an object', '{"$gt":0}'],
    ['a list', '[10000]'],
    ['true', 'true'],
  ];
  /** As it is written: JSON.stringify would make another number of some. */
  const written = (fields: object, amount: string) =>
    JSON.stringify(fields).replace('"AMOUNT"', amount);

  test.each(amounts)('that is %s is a price nowhere', async (_, amount) => {
    const offer = { clientMessageId: randomUUID(), amount: 'AMOUNT' };
    const calls: [Person, string, string, object][] = [
      [seller, 'POST', '/v1/listings', aListing({ price: 'AMOUNT' })],
      [seller, 'POST', '/v1/listings', aListing({ offers: { minimum: 'AMOUNT' } })],
      [seller, 'PATCH', `/v1/listings/${listing.id}`, { price: 'AMOUNT' }],
      [seller, 'PATCH', `/v1/listings/${listing.id}`, { offers: { autoAccept: 'AMOUNT' } }],
      [buyer, 'POST', `/v1/conversations/${conversation.id}/offers`, offer],
    ];
    for (const [who, method, path, fields] of calls)
      expect([path, ...refusal(await who.call(method, path, written(fields, amount)))]).toEqual([
        path,
        ...invalid,
      ]);
    expect((await buyer.gets<view.Listing>('GET', `/v1/listings/${listing.id}`)).price).toBe(
      100_000,
    );
  });

  test.each(['USD', 'krw', '', 1])('is in no other currency (%j)', async (currency) => {
    const answer = await seller.call('POST', '/v1/listings', { ...aListing(), currency });
    expect(refusal(answer)).toEqual(invalid);
  });
});

describe('a file', () => {
  const script = '<?php echo 1; ?><script>alert(1)</script>';
  const part = (bytes: Buffer | string, name: string, type = 'image/jpeg', field = 'image') => {
    const form = new FormData();
    form.append(field, new Blob([new Uint8Array(Buffer.from(bytes))], { type }), name);
    return form;
  };
  const uploads = (form: unknown, headers = {}) =>
    buyer.call<view.Image & view.Problem>('POST', '/v1/images', form, headers);
  const picture = (format: 'gif' | 'png' = 'png') =>
    sharp({ create: { width: 40, height: 30, channels: 3, background: '#c33' } })
      .toFormat(format)
      .toBuffer();
  const served = async ({ urls }: view.Image) => {
    const answer = await fetch(cluster.gateways[0]!.url + urls.full);
    return { headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };

  test('that calls itself an image is judged by its bytes', async () => {
    for (const bytes of [script, `GIF89a${script}`, `\u0000\u0000${script}`]) {
      const answer = await uploads(part(bytes, 'photo.jpg'));
      expect([415, 422]).toContain(answer.status);
    }
    // The other way round: an image that calls itself something else is one.
    const answer = await uploads(part(await picture(), 'page.php', 'text/html'));
    expect(answer.status).toBe(201);
  });

  test('that is an image and a script keeps only the image', async () => {
    const both = Buffer.concat([await picture('gif'), Buffer.from(`/*${script}*/=1;`)]);
    const { status, body } = await uploads(part(both, 'photo.gif', 'image/gif'));
    expect(status).toBe(201);
    const { headers, bytes } = await served(body);
    expect(headers.get('content-type')).toBe('image/webp');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(bytes.includes('script')).toBe(false);
    expect((await sharp(bytes).metadata()).format).toBe('webp');
  });

  test('of a thousand pictures costs no more than its first', async () => {
    const frames = Buffer.alloc(16 * 16 * 3 * 1_000, 120);
    const many = await sharp(frames, {
      raw: { width: 16, height: 16 * 1_000, channels: 3, pageHeight: 16 },
    })
      .gif()
      .toBuffer();
    const { status, body } = await uploads(part(many, 'many.gif', 'image/gif'));
    expect([status, body.width, body.height]).toEqual([201, 16, 16]);
    expect((await sharp((await served(body)).bytes).metadata()).pages ?? 1).toBe(1);
  });

  test.each([
    '../../../etc/passwd.png',
    '..\\..\\x.png',
    'a\r\nSet-Cookie: x=1.png',
    `${'가'.repeat(300)}.png`,
    '.png',
  ])('named %j is kept under a name of our own', async (name) => {
    const { status, body } = await uploads(part(await picture(), name, 'image/png'));
    expect(status).toBe(201);
    expect(body.urls.full).toMatch(/^\/v1\/images\/[\w-]+\/full$/);
    const { headers } = await served(body);
    expect(headers.get('content-disposition')).toBe('inline');
    expect(headers.get('set-cookie')).toBeNull();
  });

  test('in a form that is broken harms nobody', async () => {
    const typed = (boundary: string) => ({
      'content-type': `multipart/form-data; boundary=${boundary}`,
    });
    const photo = (await picture()).toString('latin1');
    const line = (name: string) =>
      `--a\r\nContent-Disposition: form-data; ${name}\r\nContent-Type: image/png\r\n\r\n`;
    const bodies = [
      `${line('name=""; filename="a.png"')}${photo}\r\n--a--\r\n`,
      `${line('filename="a.png"')}${photo}\r\n--a--\r\n`,
      `${line('name="image[0]"; filename="a.png"')}x\r\n--a--\r\n`,
      `${line('name="__proto__"; filename="a.png"')}x\r\n--a--\r\n`,
      `${line(`name="${'n'.repeat(5_000)}"; filename="a.png"`)}x\r\n--a--\r\n`,
      `--a\r\n${'X-Header: 1\r\n'.repeat(100)}\r\nx\r\n--a--\r\n`,
      `--a\r\n\r\n--a--\r\n`,
      '--a--',
      '--b\r\n',
      '',
    ];
    for (const body of bodies) {
      const answer = await uploads(body, typed('a'));
      expect(refusal(answer as HttpAnswer<view.Problem>)).toEqual(invalid);
    }
    expect(refusal((await uploads('x', typed(''))) as HttpAnswer<view.Problem>)).toEqual(invalid);
    expect((await uploads(part(await picture(), 'good.png'))).status).toBe(201);
  });
});
