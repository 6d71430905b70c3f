import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { view } from '../../src/contract/index.js';
import { Chaos } from '../support/chaos/chaos.js';
import { eventually, within } from '../support/eventually.js';
import { RawHttp } from '../support/raw-http.js';
import { RawWebSocket } from '../support/raw-web-socket.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { messagesIn, ofConversation } from '../support/log.js';

let cluster: TestCluster;
let buyer: Person;
let conversation: view.Conversation;

beforeEach(async () => {
  cluster = await TestCluster.start({
    chaos: true,
    env: { LIMIT_MESSAGES_PER_SECOND: '10000', LIMIT_MESSAGE_BURST: '20000' },
  });
  const seller = await cluster.person('준호');
  buyer = await cluster.person('민지');
  conversation = await buyer.asksAbout(await seller.lists());
}, 60_000);

afterEach(async () => {
  buyer?.leaves();
  await cluster?.stop();
}, 60_000);

const gateway = () => cluster.gateways[0]!;
const signIn = () => RawWebSocket.signIn(gateway(), buyer.accessToken);

/** A request whose body is not complete yet: nobody who waits for requests under way is done before it is. */
const unfinished = () => {
  const body = JSON.stringify({ email: 'nobody@test.example', password: 'wrong horse battery' });
  const head = `POST /v1/auth/login HTTP/1.1\nHost: here\nContent-Type: application/json\nContent-Length: ${body.length}\n\n`;
  const http = new RawHttp(gateway()).says(head + body.slice(0, 9));
  return { http, finish: () => http.says(body.slice(9)) };
};

const saysItWentWell = () => {
  expect(gateway().log).not.toMatch(/"level":[4-6]0|failed|took too long/);
};

test('every send is acknowledged or told DRAINING, then the socket ends without a close frame', async () => {
  const [busy, idle, silent] = [await signIn(), await signIn(), await RawWebSocket.open(gateway())];
  let last = 0;
  const answers: { ok: boolean; error?: { code: string; retryable: boolean }; data?: unknown }[] =
    [];
  /** Sends one after another until it is told to go somewhere else, as an outbox does. */
  const lane = async () => {
    for (;;) {
      last += 1;
      const id = last;
      const payload = { conversationId: conversation.id, clientMessageId: randomUUID(), text: 'x' };
      busy.says(`42${id}${JSON.stringify(['message:send', payload])}`);
      const answer = (await busy.answerTo(id)) as (typeof answers)[number];
      answers.push(answer);
      if (!answer.ok) return;
    }
  };
  const lanes = Promise.all(Array.from({ length: 8 }, lane));
  await eventually('messages flow', () => answers.length > 40);
  const exit = gateway().end('SIGTERM');
  await lanes;
  for (const socket of [busy, idle, silent]) await socket.hasEnded();
  expect(await exit).toBe(0);

  expect(answers).toHaveLength(last);
  const refused = answers.filter(({ ok }) => !ok).map(({ error }) => error);
  expect(refused).toEqual(
    refused.map(() => expect.objectContaining({ code: 'DRAINING', retryable: true }) as unknown),
  );
  const stored = await cluster.inspect((connection) =>
    messagesIn(connection).countDocuments(ofConversation(conversation)),
  );
  expect(answers.filter(({ ok }) => ok)).toHaveLength(stored);
  for (const socket of [busy, idle]) {
    expect(socket.texts.filter((text) => text.startsWith('42["server:draining"'))).toHaveLength(1);
    expect(socket.texts.at(-1)).not.toBe('41');
  }
  for (const socket of [busy, idle, silent]) expect(socket.heardCloseFrame).toBe(false);
  saysItWentWell();
}, 60_000);

/** Longer than a device is given that goes by itself, and shorter than one may be silent. */
const lingers = () => new Promise((resolve) => setTimeout(resolve, 1_000));

test('a device that says something now and then is answered before it is cut', async () => {
  const device = await signIn();
  const exit = gateway().end('SIGTERM');
  await device.hears('42["server:draining"');
  await lingers();
  device.says('421["conversations:list",{}]');
  expect(await device.answerTo(1)).toMatchObject({ error: { code: 'DRAINING' } });
  await device.hasEnded();
  expect(device.texts.at(-1)).toMatch(/^431\[/);
  expect(await exit).toBe(0);
}, 60_000);

test('a device that gets a late answer is told DRAINING for all that it asks behind it', async () => {
  const device = await signIn();
  const chaos = new Chaos(gateway());
  const { reached } = await chaos.pauseAt('stored', 'under way');
  const payload = {
    conversationId: conversation.id,
    clientMessageId: randomUUID(),
    text: 'under way',
  };
  device.says(`421${JSON.stringify(['message:send', payload])}`);
  await within('the message is under way', reached);
  const exit = gateway().end('SIGTERM');
  await device.hears('42["server:draining"');
  await lingers();
  await chaos.resumes();
  expect(await device.answerTo(1)).toMatchObject({ ok: true });
  // The first is answered before the second is sent.
  for (const id of [2, 3]) {
    device.says(`42${id}["conversations:list",{}]`);
    expect(await device.answerTo(id)).toMatchObject({ error: { code: 'DRAINING' } });
  }
  await device.hasEnded();
  expect(await exit).toBe(0);
}, 60_000);

test('a client that handles nothing is back as soon as somebody listens', async () => {
  const device = await buyer.connects();
  const exit = gateway().end('SIGTERM');
  await eventually('it is cut off', () => device.socket.disconnected);
  expect(await exit).toBe(0);
  await gateway().start();
  await eventually('it is back', () => device.all('session:ready').length === 2);
}, 60_000);

test('connections that are used end with an answer, those that are not are closed, and none is reset', async () => {
  const held = unfinished();
  const late = new RawHttp(gateway());
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const outcomes: string[] = [];
  const get = (path: string) =>
    new Promise<string>((resolve) => {
      const call = request(`${gateway().url}${path}`, { agent }, (response) => {
        response.resume();
        response.on('end', () =>
          resolve(`${response.statusCode} ${response.headers.connection ?? ''}`),
        );
      });
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
      call.end();
    });
  const poll = async () => {
    for (;;) {
      const outcome = await get('/readyz');
      outcomes.push(outcome);
      if (!outcome.endsWith('keep-alive')) return;
    }
  };
  const polls = Promise.all(Array.from({ length: 8 }, poll));
  await eventually('requests flow', () => outcomes.length > 40);
  const exit = gateway().end('SIGTERM');
  await eventually('it is not ready', () => outcomes.includes('503 close'));

  // Whoever wants in now is told to try again, and not let in.
  late.says(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\nHost: here\nConnection: Upgrade\nUpgrade: websocket\n' +
      'Sec-WebSocket-Version: 13\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\n\n',
  );
  await late.hasEnded();
  expect(late.received).toMatch(/^HTTP\/1\.1 503 [^]*Retry-After: 1[^]*"DRAINING"/);

  held.finish();
  await held.http.hasEnded();
  expect(held.http.received).toMatch(/^HTTP\/1\.1 401 [^]*Connection: close/);
  expect(await exit).toBe(0);
  await polls;
  expect([...new Set(outcomes)].sort()).toEqual(['200 keep-alive', '503 close']);
  saysItWentWell();
}, 60_000);

test('a connection that says nothing holds nobody up', async () => {
  const mute = new RawHttp(gateway());
  const used = new RawHttp(gateway()).says('GET /healthz HTTP/1.1\nHost: here\n\n');
  await used.statuses(1);
  expect(await gateway().end('SIGTERM')).toBe(0);
  for (const one of [mute, used]) await one.hasEnded();
  expect([mute, used].map(({ hasError }) => hasError)).toEqual([false, false]);
  saysItWentWell();
}, 60_000);

test('rivals who are told after the answer to an accept are told before the process ends', async () => {
  const [seller, rival] = [await cluster.person('소연'), await cluster.person('서연')];
  const listing = await seller.lists({ price: 100_000 });
  const { offer } = await buyer.offers(await buyer.asksAbout(listing), 80_000);
  const theirs = await rival.asksAbout(listing);
  await rival.offers(theirs, 70_000);
  const chaos = new Chaos(gateway());
  const { reached } = await chaos.pauseAt('storing', '"act":"closed"');
  expect((await seller.accepts(offer)).status).toBe(200);
  await within('the rival is about to be told', reached);
  const exit = gateway().end('SIGTERM');
  await eventually('it stops', () => gateway().log.includes('"msg":"stopping"'));
  await chaos.resumes();
  expect(await exit).toBe(0);
  // No worker runs that would have done it.
  const [entries, left] = await cluster.inspect((connection) =>
    Promise.all([
      messagesIn(connection).countDocuments({ ...ofConversation(theirs), 'offer.act': 'closed' }),
      connection.collection('offers').countDocuments({ listingId: listing.id, unlogged: true }),
    ]),
  );
  expect({ entries, left }).toEqual({ entries: 1, left: 0 });
}, 60_000);
