import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { bodyExamples, clientEventExamples } from '../../src/contract/documents/examples.js';
import {
  clientEvents,
  endpoints,
  isInAdminArea,
  takesIfMatch,
  type view,
} from '../../src/contract/index.js';
import { callRest, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Who may do what: every endpoint and event by the access that the contract declares for it, and what belongs to two people for each of them and a stranger. */
let cluster: TestCluster;
let people: Record<Role, Person>;
let listing: view.Listing, conversation: view.Conversation, offer: view.Offer, image: view.Image;
/** Once the offer was accepted. */
let dealId: string, messageId: string;

/** Of the same two people, about something else. */
let completedDeal: string;

/** Whoever runs the service; none of the people is. */
const adminPassword = 'of the tests only';

/** The gateway that asks for a proven address, which nobody here has. */
const strict = 'node-2';

const roles = ['buyer', 'seller', 'stranger'] as const;
type Role = (typeof roles)[number];

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    envOf: (name) => ({ EMAIL_PROOF: name === strict ? 'on' : 'off' }),
    env: {
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
      ADMIN_PASSWORD: adminPassword,
    },
  });
  const [buyer, seller, stranger] = await Promise.all(roles.map((role) => cluster.person(role)));
  people = { buyer: buyer!, seller: seller!, stranger: stranger! };
  listing = await people.seller.lists({ price: 100_000 });
  conversation = await people.buyer.asksAbout(listing);
  messageId = (await people.buyer.sends(conversation, '안녕하세요')).message.id;
  ({ offer } = await people.buyer.offers(conversation, 70_000));
  image = await people.buyer.gets('POST', '/v1/images', anImage());
  completedDeal = await aCompletedDeal();
}, 60_000);

afterAll(() => cluster?.stop(), 60_000);

describe('nobody', () => {
  test.each(Object.entries(endpoints))('%s', async (_name, { method, path, access }) => {
    const { status } = await callRest(
      cluster.gateways[0]!.url,
      method.toUpperCase(),
      `/v1${path.replace(':seq', '1').replace(':variant', 'thumb').replace(/:\w+/g, 'some-id')}`,
      method === 'get' ? {} : { body: {} },
    );
    if (access === 'public' || access === 'guest') expect(status).not.toBe(401);
    else expect(status).toBe(401);
  });

  test('what does not exist is closed, not open', async () => {
    const { status } = await fetch(`${cluster.gateways[0]!.url}/v1/forgotten`);
    expect(status).toBe(401);
  });
});

describe('who has not proven the address', () => {
  const notVerified = 'EMAIL_NOT_VERIFIED';
  const verified = Object.entries(endpoints).filter(([, { access }]) => access === 'verified');
  let device: DeviceSocket;
  beforeAll(async () => (device = await people.stranger.connects(cluster.gateways[1])));
  afterAll(() => device?.close());

  test.each(verified)('%s', async (name, { method, path, upload }) => {
    const { status, body } = await callRest<view.Problem>(
      cluster.gateways[1]!.url,
      method.toUpperCase(),
      `/v1${path.replace(/:\w+/g, randomUUID())}`,
      {
        headers: { authorization: `Bearer ${people.stranger.accessToken}` },
        body: upload ? anImage() : bodyExamples[name],
      },
    );
    expect([status, body.code]).toEqual([403, notVerified]);
  });

  test.each(Object.entries(clientEvents))('%s', async (name, { access }) => {
    const event = name as keyof typeof clientEvents;
    const { payload } = clientEventExamples[event]!;
    const answer = await device.ask(event, payload);
    const code = answer.ok ? 'OK' : answer.error.code;
    if (access === 'verified') expect(code).toBe(notVerified);
    else expect(code).not.toBe(notVerified);
  });
});

/** Other ways to write a path that a proxy, a router or a file system might take for the same one. */
const spellings: Record<string, (path: string) => string> = {
  'in capitals': (path) => path.toUpperCase(),
  'with a capital': (path) => path.replace(/(?<=^.v1.)./, (letter) => letter.toUpperCase()),
  'with a capital at the end': (path) => path.replace(/.$/, (letter) => letter.toUpperCase()),
  'with a slash at the end': (path) => `${path}/`,
  'with two slashes in it': (path) => path.replace('/v1/', '/v1//'),
  'with two slashes in front': (path) => `/${path}`,
  'with an encoded letter': (path) =>
    path.replace(/(?<=^.v1.)./, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
  'with an encoded slash': (path) => path.replace(/^.v1./, '/v1%2f'),
  'with dot segments': (path) => path.replace('/v1/', '/v1/me/../'),
  'with a dot': (path) => path.replace('/v1/', '/v1/./'),
  'with a backslash': (path) => path.replace('/v1/', '/v1\\'),
  'with a semicolon': (path) => path.replace(/$/, ';x'),
};

/** As it is written: `fetch` would tidy the path up. */
function asWritten(method: string, path: string, token?: string): Promise<[number, string]> {
  const { hostname, port } = new URL(cluster.gateways[0]!.url);
  return new Promise((resolve, reject) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { ...authorization, accept: 'application/json' };
    httpRequest({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve([response.statusCode!, text]));
    })
      .on('error', reject)
      .end();
  });
}

test.each(Object.entries(spellings))('a path %s is another path', async (_how, spelled) => {
  const reached: string[] = [];
  for (const { method, path } of Object.values(endpoints)) {
    const exact = `/v1${path.replace(':seq', '1').replace(':variant', 'thumb').replace(/:\w+/g, 'some-id')}`;
    const other = spelled(exact);
    // A parameter takes any text, also one with another last letter.
    if (/:\w+$/.test(path) && other.startsWith(exact.slice(0, -1)) && !other.endsWith('/'))
      continue;
    const [status, text] = await asWritten(
      method.toUpperCase(),
      other,
      people.stranger.accessToken,
    );
    const [closed] = await asWritten(method.toUpperCase(), other);
    if (
      status !== 404 ||
      !/"There is no such (resource|page)"/.test(text) ||
      ![401, 404].includes(closed)
    )
      reached.push(`${method} ${other}: ${status} ${text}, for nobody ${closed}`);
  }
  expect(reached).toEqual([]);
});

test.each(
  Object.values(endpoints)
    .filter((one) => one.method !== 'get' && !takesIfMatch(one))
    .filter((one) => !isInAdminArea(one) && one.access !== 'host')
    .map(({ method, path, upload }) => [method.toUpperCase(), path, upload] as const),
)('%s %s has no version, and says so to who names one', async (method, path, upload) => {
  const { stranger } = people;
  const exact = `/v1${path.replace(':seq', '1').replace(/:\w+/g, 'some-id')}`;
  const body = method === 'DELETE' ? undefined : upload ? anImage() : {};
  expect(await stranger.call(method, exact, body, { 'if-match': '"1-x"' })).toMatchObject({
    status: 422,
    body: { code: 'VALIDATION_FAILED', errors: [{ path: 'If-Match' }] },
  });
});

/** Method, path, body, and the status for buyer, seller and stranger. Refused ones come first: they change nothing. */
type Row = [
  method: string,
  path: () => string,
  body: () => unknown,
  expected: Record<Role, number>,
];

const clientMessageId = () => randomUUID();
const rows: Record<string, Row> = {
  'read a listing': ['GET', () => `/listings/${listing.id}`, () => undefined, all(200)],
  'edit a listing': [
    'PATCH',
    () => `/listings/${listing.id}`,
    () => ({ description: '새 설명' }),
    { buyer: 403, seller: 200, stranger: 403 },
  ],
  'read what a listing has cost': [
    'GET',
    () => `/listings/${listing.id}/price-history`,
    () => undefined,
    all(200),
  ],
  'put a listing among the favourites': [
    'PUT',
    () => `/listings/${listing.id}/favourite`,
    () => undefined,
    { buyer: 200, seller: 403, stranger: 200 },
  ],
  'take a listing out of the favourites': [
    'DELETE',
    () => `/listings/${listing.id}/favourite`,
    () => undefined,
    all(204),
  ],
  'see the own favourites': ['GET', () => '/me/favourites', () => undefined, all(200)],
  'move a listing to the top too early': [
    'POST',
    () => `/listings/${listing.id}/bump`,
    () => undefined,
    { buyer: 403, seller: 409, stranger: 403 },
  ],
  'read a conversation': [
    'GET',
    () => `/conversations/${conversation.id}`,
    () => undefined,
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  'read its history': [
    'GET',
    () => `/conversations/${conversation.id}/messages`,
    () => undefined,
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  'send a message': [
    'POST',
    () => `/conversations/${conversation.id}/messages`,
    () => ({ clientMessageId: clientMessageId(), text: '네' }),
    { buyer: 201, seller: 201, stranger: 404 },
  ],
  'move receipts': [
    'PUT',
    () => `/conversations/${conversation.id}/receipts`,
    () => ({ readSeq: 1 }),
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  'edit a message': [
    'PATCH',
    () => `/conversations/${conversation.id}/messages/1`,
    () => ({ clientMessageId: clientMessageId(), text: '안녕하세요!' }),
    { buyer: 200, seller: 403, stranger: 404 },
  ],
  'take a message back': [
    'DELETE',
    () => `/conversations/${conversation.id}/messages/1`,
    () => ({}),
    { buyer: 200, seller: 403, stranger: 404 },
  ],
  'mute a conversation': [
    'PATCH',
    () => `/conversations/${conversation.id}/me`,
    () => ({ muted: true }),
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  'search a conversation': [
    'GET',
    () => `/messages/search?q=%EB%84%A4&conversationId=${conversation.id}`,
    () => undefined,
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  'open a conversation': [
    'POST',
    () => '/conversations',
    () => ({ listingId: listing.id }),
    { buyer: 200, seller: 403, stranger: 201 },
  ],
  'upload an image': ['POST', () => '/images', anImage, all(201)],
  'read an image whose address one has': [
    'GET',
    () => image.urls.thumb.replace('/v1', ''),
    () => undefined,
    all(200),
  ],
  'make an offer': [
    'POST',
    () => `/conversations/${conversation.id}/offers`,
    () => ({ clientMessageId: clientMessageId(), amount: 60_000 }),
    // One is open already, so the buyer may, and is told so.
    { buyer: 422, seller: 403, stranger: 404 },
  ],
  'read an offer': [
    'GET',
    () => `/offers/${offer.id}`,
    () => undefined,
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  'see the offers on a listing side by side': [
    'GET',
    () => `/listings/${listing.id}/offers`,
    () => undefined,
    { buyer: 403, seller: 200, stranger: 403 },
  ],
  'see who asks for a give-away': [
    'GET',
    () => `/listings/${listing.id}/requests`,
    () => undefined,
    { buyer: 403, seller: 200, stranger: 403 },
  ],
  'decline named offers in one go': [
    'POST',
    () => `/listings/${listing.id}/offers/decline`,
    () => ({ offerIds: [randomUUID()], clientMessageId: clientMessageId() }),
    { buyer: 403, seller: 200, stranger: 403 },
  ],
  'see the own offers': ['GET', () => '/me/offers', () => undefined, all(200)],
  'ask for what is sold as if it were given away': [
    'POST',
    () => `/listings/${listing.id}/requests`,
    () => ({}),
    { buyer: 422, seller: 422, stranger: 422 },
  ],
  'answer an offer as if it were a request': [
    'POST',
    () => `/requests/${offer.id}/accept`,
    () => ({}),
    all(404),
  ],
  'counter an offer with an amount that is not between': [
    'POST',
    () => `/offers/${offer.id}/counter`,
    () => ({ amount: 100_000, version: 1, clientMessageId: clientMessageId() }),
    { buyer: 403, seller: 422, stranger: 404 },
  ],
  'withdraw another version of an offer': [
    'POST',
    () => `/offers/${offer.id}/withdraw`,
    () => ({ version: 9, clientMessageId: clientMessageId() }),
    { buyer: 412, seller: 412, stranger: 404 },
  ],
  'accept an offer': [
    'POST',
    () => `/offers/${offer.id}/accept`,
    () => ({ amount: 70_000, version: 1, clientMessageId: clientMessageId() }),
    { buyer: 403, seller: 200, stranger: 404 },
  ],
  'review a completed deal': [
    'POST',
    () => `/deals/${completedDeal}/reviews`,
    () => ({ rating: 'good' }),
    { buyer: 201, seller: 201, stranger: 404 },
  ],
  'read what was said about somebody': [
    'GET',
    () => `/users/${people.seller.id}/reviews`,
    () => undefined,
    all(200),
  ],
  'read a profile': ['GET', () => `/users/${people.seller.id}`, () => undefined, all(200)],
  'read a deal': [
    'GET',
    () => `/deals/${dealId}`,
    () => undefined,
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  'list what one bought': [
    'GET',
    () => '/me/deals?role=buyer&state=ended',
    () => undefined,
    all(200),
  ],
  'list deals to review': ['GET', () => '/me/deals?state=toReview', () => undefined, all(200)],
  'list deals of a conversation': [
    'GET',
    () => `/me/deals?conversationId=${conversation.id}`,
    () => undefined,
    all(200),
  ],
  'propose an appointment': [
    'PUT',
    () => `/deals/${dealId}/appointment`,
    () => ({
      at: new Date(Date.now() + 3_600_000).toISOString(),
      place: { name: '역 앞' },
    }),
    { buyer: 200, seller: 200, stranger: 404 },
  ],
  // The seller proposed last: the buyer confirms, and then nobody can any more.
  'confirm an appointment': [
    'POST',
    () => `/deals/${dealId}/appointment/confirm`,
    () => ({ appointmentVersion: 2 }),
    { buyer: 200, seller: 412, stranger: 404 },
  ],
  'tell of a no-show before the time': [
    'POST',
    () => `/deals/${dealId}/no-show`,
    () => ({}),
    { buyer: 403, seller: 403, stranger: 404 },
  ],
  'keep a deal that nobody asked about': [
    'POST',
    () => `/deals/${dealId}/keep`,
    () => ({}),
    { buyer: 403, seller: 403, stranger: 404 },
  ],
  'cancel another version of a deal': [
    'POST',
    () => `/deals/${dealId}/cancel`,
    () => ({ reason: 'other', version: 99 }),
    { buyer: 412, seller: 412, stranger: 404 },
  ],
  'put a listing with an open deal on sale': [
    'POST',
    () => `/listings/${listing.id}/state`,
    () => ({ state: 'onSale' }),
    { buyer: 403, seller: 409, stranger: 403 },
  ],
  'complete another version of a deal': [
    'POST',
    () => `/deals/${dealId}/complete`,
    () => ({ version: 99 }),
    { buyer: 412, seller: 412, stranger: 404 },
  ],
  'report a listing': [
    'POST',
    () => '/reports',
    () => ({ targetType: 'listing', targetId: listing.id, reason: 'other' }),
    { buyer: 201, seller: 403, stranger: 201 },
  ],
  'report a message': [
    'POST',
    () => '/reports',
    () => ({ targetType: 'message', targetId: messageId, reason: 'other' }),
    { buyer: 403, seller: 201, stranger: 404 },
  ],
  'read the webhooks of the admin area': [
    'GET',
    () => '/admin/webhooks',
    () => undefined,
    all(403),
  ],
  'send an event of the webhooks again': [
    'POST',
    () => '/admin/webhooks/replay',
    () => ({ ids: [randomUUID()] }),
    all(403),
  ],
  'read what became of a message': [
    'GET',
    () => `/admin/deliveries?messageId=${messageId}`,
    () => undefined,
    all(403),
  ],
  'read pushes that were given up': ['GET', () => '/admin/dead-letters', () => undefined, all(403)],
  'put pushes that were given up back': [
    'POST',
    () => '/admin/dead-letters/redrive',
    () => ({}),
    all(403),
  ],
  'read what operators did': ['GET', () => '/admin/audit', () => undefined, all(403)],
  'take the role of an operator': [
    'PUT',
    () => `/admin/users/${people.stranger.id}/role`,
    () => ({ role: 'operator' }),
    all(401),
  ],
  'read what others reported': ['GET', () => '/admin/reports', () => undefined, all(403)],
  'see how one is told': ['GET', () => '/me/notification-settings', () => undefined, all(200)],
  'change how one is told': [
    'PATCH',
    () => '/me/notification-settings',
    () => ({ preview: false }),
    all(200),
  ],
  'see what there was to tell': ['GET', () => '/me/notifications', () => undefined, all(200)],
  'mark what there was to tell as read': [
    'PUT',
    () => '/me/notifications/read',
    () => ({ upTo: randomUUID() }),
    all(200),
  ],
  'leave a conversation': [
    'DELETE',
    () => `/conversations/${conversation.id}/me`,
    () => undefined,
    { buyer: 204, seller: 204, stranger: 404 },
  ],
  'remove a listing with an open deal': [
    'DELETE',
    () => `/listings/${listing.id}`,
    () => undefined,
    { buyer: 403, seller: 409, stranger: 403 },
  ],
};

/** One white pixel. */
function anImage(): FormData {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  const form = new FormData();
  form.append('image', new Blob([Uint8Array.from(gif)]), 'pixel.gif');
  return form;
}

async function aCompletedDeal(): Promise<string> {
  const { buyer, seller } = people;
  const other = await seller.lists({ price: 100_000 });
  const made = await buyer.offers(await buyer.asksAbout(other), 70_000);
  const { body } = await seller.accepts(made.offer);
  await seller.gets('POST', `/v1/deals/${body.offer.dealId}/complete`, {});
  return body.offer.dealId!;
}

function all(status: number): Record<Role, number> {
  return { buyer: status, seller: status, stranger: status };
}

/** What only the admin may, whom a password makes. */
const adminReads = Object.values(endpoints).filter(
  (one) => isInAdminArea(one) && one.method === 'get',
);

test.each(adminReads.map(({ path }) => path))('the admin reads %s', async (path) => {
  const authorization = `Basic ${Buffer.from(`admin:${adminPassword}`).toString('base64')}`;
  const { status } = await callRest(cluster.gateways[0]!.url, 'GET', `/v1${path}`, {
    headers: { authorization },
  });
  expect([200, 404, 422]).toContain(status);
});

describe.each(Object.entries(rows))('%s', (name, [method, path, body, expected]) => {
  test.each(['stranger', 'buyer', 'seller'] as const)('%s', async (role) => {
    const answer = await people[role].call(method, `/v1${path()}`, body());
    if (name === 'accept an offer' && answer.status === 200)
      dealId = (answer.body as unknown as { offer: view.Offer }).offer.dealId!;
    expect(answer.status).toBe(expected[role]);
  });
});
