import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { view } from '../../src/contract/index.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { Program, build, languages, type Language } from './program.js';

/**
 * The code of docs/clients in its own languages, with the packages it names, against two gateways: what an app meets
 * from the first sign-up to a gateway that goes. Run by `npm run test:clients`.
 */
let cluster: TestCluster;
let buyer: Person, seller: Person;
let shop: DeviceSocket;
let conversation: view.Conversation;
const programs: Program[] = [];

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지', 1), cluster.person('준호', 0)]);
  shop = await seller.connects();
}, 120_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

afterEach(() => {
  for (const program of programs.splice(0)) program.end();
});

const wanted = process.env['CLIENTS']?.split(',');
const chosen = languages.filter(({ name }) => wanted?.includes(name) ?? true);

describe.each(chosen)('$name', (language) => {
  let folder: string;
  beforeAll(async () => {
    folder = await build(language);
    conversation = await buyer.asksAbout(await seller.lists());
  }, 40 * 60_000);

  const program = (token?: string) => start(language, folder, token);
  const connected = () => connect(language, folder);
  const sends = (one: Program, fields: object = {}) =>
    one.asks<{ message: view.Message; duplicate: boolean; clientMessageId: string }>(
      'message:send',
      {
        conversationId: conversation.id,
        clientMessageId: randomUUID(),
        text: '안녕하세요 🚲',
        ...fields,
      },
    );

  (language.hasRest ? test : test.skip)(
    'signs up and asks for listings over REST',
    async () => {
      const one = program();
      const email = `${randomUUID()}@test.example`;
      const account = { email, password: 'correct horse battery', nickname: '손님' };
      const call = { method: 'POST', path: '/v1/auth/sign-up', body: account };
      const signedUp = await one.does<{ status: number; body: view.SignedIn }>('rest', call);
      expect(signedUp.status).toBe(201);
      const categories = await one.does('rest', { method: 'GET', path: '/readyz' });
      expect(categories).toMatchObject({ status: 200 });
    },
    60_000,
  );

  test('sends, hears, haggles, and leaves out by null', async () => {
    const one = await connected();
    const listing = await seller.lists();
    const opened = await one.asks<{ conversation: view.Conversation }>('conversation:open', {
      listingId: listing.id,
    });
    const conversationId = opened.data.conversation.id;
    const clientMessageId = randomUUID();
    const draft = { conversationId, clientMessageId, text: '🚲'.repeat(2_000), replyToSeq: null };
    const sent = await sends(one, draft);
    expect(sent).toMatchObject({ ok: true, data: { duplicate: false, clientMessageId } });
    expect(await sends(one, draft)).toMatchObject({ data: { duplicate: true, clientMessageId } });
    await shop.hears('message:new', ({ message }) => message.text === draft.text);
    const { message } = await seller.sends({ id: conversationId }, randomUUID());
    await one.hears<{ message: view.Message }>(
      'message:new',
      (heard) => heard.message.text === message.text,
    );
    const offered = await one.asks<{ offer: view.Offer }>('offer:make', {
      conversationId,
      clientMessageId: randomUUID(),
      amount: 80_000,
      note: null,
    });
    const { offer } = offered.data;
    expect(offer).toMatchObject({ amount: 80_000, state: 'awaitingSeller' });
    const countered = await shop.do('offer:respond', {
      offerId: offer.id,
      action: 'counter',
      amount: 90_000,
      version: offer.version,
      clientMessageId: randomUUID(),
    });
    const accept = (version: number, amount: number) =>
      one.asks<{ offer: view.Offer }>('offer:respond', {
        offerId: offer.id,
        action: 'accept',
        amount,
        version,
        clientMessageId: randomUUID(),
      });
    expect(await accept(offer.version, 80_000)).toMatchObject({
      error: { code: 'OFFER_CHANGED' },
    });
    expect(await accept(countered.offer.version, 90_000)).toMatchObject({
      data: { offer: { state: 'accepted' } },
    });
    expect(await sends(one, { text: '가'.repeat(25_000) })).toMatchObject({
      error: { code: 'PAYLOAD_TOO_LARGE' },
    });
    expect(await sends(one)).toMatchObject({ ok: true });
  }, 120_000);

  test('catches up with what was said while it was away', async () => {
    const one = await connected();
    await one.does('close');
    const { message } = await seller.sends(conversation, randomUUID());
    const again = await connected();
    await again.hears<{ message: view.Message }>(
      'message:new',
      (heard) => heard.message.text === message.text,
    );
  }, 120_000);

  test('renews its token on the live socket, and is told when one is bad', async () => {
    const one = await connected();
    const { body } = await buyer.call<view.SignedIn>('POST', '/v1/auth/refresh', {
      refreshToken: buyer.refreshToken,
    });
    buyer.accessToken = body.accessToken;
    buyer.refreshToken = body.refreshToken;
    expect(await one.does('renew', { token: body.accessToken })).toMatchObject({ ok: true });
    const stranger = program('not a token');
    await stranger.does('connect');
    const told = await stranger.hears<unknown>('connect_error');
    expect(JSON.stringify(told)).toContain('UNAUTHENTICATED');
  }, 120_000);

  test('comes back from a killed gateway', async () => {
    const one = await connected();
    const before = one.heard.length;
    await cluster.gateways[1]!.kill();
    await cluster.gateways[1]!.start();
    const since = performance.now();
    await one.hears('session:ready', () => true, before, 60_000);
    console.log(`${language.name}: killed, back after ${secondsSince(since)} s`);
    expect(await sends(one)).toMatchObject({ ok: true });
  }, 120_000);

  test('comes back from a gateway that goes, and handles nothing for it', async () => {
    const one = await connected();
    const before = one.heard.length;
    const going = performance.now();
    expect(await cluster.gateways[1]!.end('SIGTERM')).toBe(0);
    const gone = secondsSince(going);
    await cluster.gateways[1]!.start();
    const since = performance.now();
    await one.hears('session:ready', () => true, before, 60_000);
    console.log(`${language.name}: node gone after ${gone} s, back after ${secondsSince(since)} s`);
    expect(one.heard.slice(before).map(({ event }) => event)).toContain('server:draining');
    expect(await sends(one)).toMatchObject({ ok: true });
  }, 120_000);
});

test(
  'devices of all languages together hold up no gateway that goes, and come back by themselves',
  async () => {
    const folders = await Promise.all(chosen.map(build));
    const devices = await Promise.all(
      chosen.map((language, index) => connect(language, folders[index]!)),
    );
    const before = devices.map(({ heard }) => heard.length);
    const [, gateway] = cluster.gateways as [unknown, (typeof cluster.gateways)[number]];
    const going = performance.now();
    expect(await gateway.end('SIGTERM')).toBe(0);
    const gone = secondsSince(going);
    expect(gateway.log).not.toMatch(/a step of the stop failed/);
    await gateway.start();
    const since = performance.now();
    const back = await Promise.all(
      devices.map(async (one, index) => {
        await one.hears('session:ready', () => true, before[index], 60_000);
        return `${chosen[index]!.name} ${secondsSince(since)} s`;
      }),
    );
    console.log(`together: node gone after ${gone} s, back after ${back.join(', ')}`);
  },
  10 * 60_000,
);

/** A device that runs the page of this language, at the gateway that goes. */
function start(language: Language, folder: string, token = buyer.accessToken): Program {
  const one = new Program(language, folder, cluster.gateways[1]!.url, token);
  programs.push(one);
  return one;
}

async function connect(language: Language, folder: string): Promise<Program> {
  const one = start(language, folder);
  await one.does('connect');
  await one.hears('session:ready');
  return one;
}

const secondsSince = (start: number) => ((performance.now() - start) / 1_000).toFixed(1);
