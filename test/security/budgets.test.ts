import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Ack, ClientEventName, view } from '../../src/contract/index.js';
import { clientEvents, costOf } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Of a person; a socket has half of it. So slow that nothing grows back while a test runs. */
const burst = 100;
const tight = { LIMIT_POINTS_PER_SECOND: '1', LIMIT_POINTS_BURST: String(burst) };

/** Messages of a person, on the node on which nothing else is bounded. */
const slow = { LIMIT_MESSAGES_PER_SECOND: '1', LIMIT_MESSAGE_BURST: '5' };

let cluster: TestCluster;
let seller: Person, buyer: Person;
let listing: view.Listing;
let conversation: view.Conversation;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    envOf: (name): Record<string, string> => (name === 'node-1' ? tight : slow),
  });
  [seller, buyer] = await Promise.all([cluster.person('준호', 1), cluster.person('민지', 1)]);
  listing = await seller.lists();
  conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '안녕하세요');
}, 60_000);

afterAll(async () => {
  for (const person of [seller, buyer]) person?.leaves();
  await cluster?.stop();
}, 60_000);

test('every event has a cost, or a rate of its own', () => {
  const ofMessages = ['message:send', 'message:edit', 'message:unsend', 'offer:make'];
  const free = Object.keys(clientEvents).filter((event) => costOf(event) === 0);
  expect(free.sort()).toEqual(ofMessages.sort());
  // What nobody has thought of yet costs something.
  expect(costOf('never:heard')).toBeGreaterThan(0);
});

test.each(['message:send', 'message:edit', 'message:unsend', 'offer:make'])(
  '%s goes by the rate of messages',
  async (event) => {
    const person = await cluster.person('욕심', 1);
    const own = await person.asksAbout(listing);
    const device = await person.connects();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        device.ask(event as ClientEventName, {
          conversationId: own.id,
          clientMessageId: randomUUID(),
          ...(event === 'offer:make' ? { amount: 80_000 } : { text: '안녕' }),
          ...(/edit|unsend/.test(event) ? { seq: 1 } : {}),
          ...(event === 'message:unsend' ? { text: undefined } : {}),
        }),
      ),
    );
    const codes = answers.map((answer) => (answer.ok ? 'OK' : answer.error.code));
    expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(10);
    expect(codes).not.toContain('VALIDATION_FAILED');
    person.leaves();
  },
);

test.each([
  'sync:pull',
  'presence:watch',
  'presence:unwatch',
  'session:refresh',
  'conversation:open',
  'receipt:read',
  'receipt:delivered',
  'typing:set',
  'offer:respond',
  'listing:watch',
  'listing:unwatch',
  'nobody:knows',
])('%s costs its socket, and is refused for a while when that is spent', async (event) => {
  const person = await cluster.person('욕심', 0);
  const own = await person.asksAbout(listing);
  const device = await person.connects();
  const payloads: Record<string, object> = {
    'presence:watch': { userIds: [seller.id] },
    'presence:unwatch': { userIds: [seller.id] },
    'listing:watch': { listingIds: [listing.id] },
    'listing:unwatch': { listingIds: [listing.id] },
    'session:refresh': { token: person.accessToken },
    'conversation:open': { listingId: listing.id },
    'receipt:read': { conversationId: own.id, seq: 1 },
    'receipt:delivered': { conversationId: own.id, seq: 1 },
    'typing:set': { conversationId: own.id, typing: true },
  };
  const asked = 60;
  const answers = await Promise.all(
    Array.from({ length: asked }, () =>
      event === 'nobody:knows'
        ? // Past the documents, which know nothing of it.
          (device.socket.emitWithAck(event, {}) as Promise<Ack<unknown>>)
        : device.ask(event as ClientEventName, payloads[event] ?? {}),
    ),
  );
  const refused = answers.flatMap((answer) =>
    !answer.ok && answer.error.code === 'RATE_LIMITED' ? [answer.error] : [],
  );
  // A point more for each second that it took.
  const afforded = Math.floor(burst / 2 / costOf(event));
  expect(asked - refused.length).toBeGreaterThanOrEqual(afforded);
  expect(asked - refused.length).toBeLessThan(afforded + 10);
  for (const error of refused) {
    expect(error.retryable).toBe(true);
    expect(error.retryAfterMs).toBeGreaterThan(0);
  }
  // Messages have a rate of their own, and others their own budget.
  await device.do('message:send', {
    conversationId: own.id,
    clientMessageId: randomUUID(),
    text: '그래도',
  });
  person.leaves();
});

test('both doors and all devices draw on one budget of the person', async () => {
  const person = await cluster.person('부지런', 0);
  await person.asksAbout(listing);
  const [phone, desk] = [await person.connects(), await person.connects()];
  const pulls = async (device: typeof phone) => {
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => device.ask('sync:pull', {})),
    );
    return answers.filter(({ ok }) => ok).length;
  };
  // Ten by each device; the opening has taken its part of what is left for the second.
  expect(await pulls(phone)).toBe(10);
  expect(await pulls(desk)).toBeLessThan(10);
  const { status, body, headers } = await person.call('POST', '/v1/sync', {});
  expect([status, body.code]).toEqual([429, 'RATE_LIMITED']);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  person.leaves();
});

test('a device that comes back to a hundred conversations and reads fast is refused nothing', async () => {
  const device = await buyer.connects();
  for (let round = 0; round < 4; round += 1)
    await Promise.all([
      ...Array.from({ length: 25 }, () =>
        device.do('receipt:delivered', { conversationId: conversation.id, seq: 1 }),
      ),
      ...Array.from({ length: 25 }, () =>
        device.do('receipt:read', { conversationId: conversation.id, seq: 1 }),
      ),
      device.do('sync:pull', {}),
      device.do('presence:watch', { userIds: [seller.id] }),
    ]);
  device.close();
});

test('opening a conversation again changes nothing for anybody', async () => {
  const rows = () =>
    cluster.inspect((connection) =>
      connection
        .collection('inbox')
        .find({ conversationId: conversation.id })
        .sort({ userId: 1 })
        .toArray(),
    );
  // What was said before is projected by now.
  await buyer.gets('POST', '/v1/sync', { known: [{ conversationId: conversation.id, seq: 0 }] });
  const before = await rows();
  expect(before).toHaveLength(2);
  for (let count = 0; count < 3; count += 1) await buyer.asksAbout(listing);
  expect(await rows()).toEqual(before);
});

test('leaving and coming back go by the rate of messages', async () => {
  const person = await cluster.person('변덕', 1);
  const own = await person.asksAbout(listing);
  await person.sends(own, '살게요');
  const statuses: number[] = [];
  let left = 0;
  for (let count = 0; count < 30 && !statuses.includes(429); count += 1) {
    const gone = await person.call('DELETE', `/v1/conversations/${own.id}/me`);
    if (gone.status === 204) left += 1;
    const back = await person.call('POST', '/v1/conversations', { listingId: listing.id });
    statuses.push(gone.status, back.status);
  }
  expect(statuses).toContain(429);
  // What was refused has changed nothing.
  expect((await seller.log(own)).filter(({ notice }) => notice?.type === 'left')).toHaveLength(
    left,
  );
});
