import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { limits, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { Person, type DeviceSocket } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { writeEntries } from '../support/log.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;
let conversation: view.Conversation;

/** No worker: what is noticed here is noticed by the gateways alone. */
beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, env: { REMINDER_SECONDS: '2' } });
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  conversation = await buyer.asksAbout(await seller.lists());
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

const devices = (person: Person, count: number, gateway: number): Promise<DeviceSocket[]> =>
  Promise.all(Array.from({ length: count }, () => person.connects(cluster.gateways[gateway])));

const close = (...sockets: DeviceSocket[]) => {
  for (const socket of sockets) socket.close();
};

test('what a person sends and reads on one device appears on the others, on whatever node', async () => {
  const [phone, tablet, laptop] = [
    ...(await devices(buyer, 2, 0)),
    ...(await devices(buyer, 1, 1)),
  ] as [DeviceSocket, DeviceSocket, DeviceSocket];
  const clientMessageId = randomUUID();
  const { message } = await phone.do('message:send', {
    conversationId: conversation.id,
    clientMessageId,
    text: '아직 있나요?',
  });
  for (const device of [tablet, laptop])
    expect(await device.hears('message:new')).toEqual({ message, clientMessageId });

  const answer = await seller.sends(conversation, '네');
  await phone.do('receipt:read', { conversationId: conversation.id, seq: answer.message.seq });
  for (const device of [tablet, laptop])
    expect(await device.hears('receipt:updated', ({ userId }) => userId === buyer.id)).toEqual({
      conversationId: conversation.id,
      userId: buyer.id,
      deliveredSeq: answer.message.seq,
      readSeq: answer.message.seq,
    });
  expect(phone.all('message:new').map(({ message: { seq } }) => seq)).toEqual([answer.message.seq]);
  close(phone, tablet, laptop);
});

test('how far a person has read on one node counts in what another node answers', async () => {
  const [phone] = (await devices(seller, 1, 0)) as [DeviceSocket];
  const [laptop] = (await devices(seller, 1, 1)) as [DeviceSocket];
  const conversationId = conversation.id;
  const sent: number[] = [];
  for (const text of ['하나', '둘', '셋', '넷'])
    sent.push((await buyer.sends(conversation, text)).message.seq);
  const [first, second, third, last] = sent as [number, number, number, number];
  const read = (device: DeviceSocket, seq: number) =>
    device.do('receipt:read', { conversationId, seq });
  expect(await read(phone, first)).toEqual({ deliveredSeq: first, readSeq: first, unread: 3 });
  expect(await read(laptop, third)).toEqual({ deliveredSeq: third, readSeq: third, unread: 1 });
  // The phone's node moved the row last to the first one.
  expect(await phone.do('receipt:delivered', { conversationId, seq: last })).toEqual({
    deliveredSeq: last,
    readSeq: third,
    unread: 1,
  });
  expect(await read(laptop, second)).toEqual({ deliveredSeq: last, readSeq: third, unread: 1 });
  // Behind the end of the log nothing moves, so that nothing is written either.
  expect(await read(laptop, last)).toEqual({ deliveredSeq: last, readSeq: last, unread: 0 });
  expect(await phone.do('receipt:delivered', { conversationId, seq: last + 9 })).toEqual({
    deliveredSeq: last,
    readSeq: last,
    unread: 0,
  });
  close(phone, laptop);
});

test('nodes publish what the adapter of any version reads, and read what it writes', async () => {
  const { REDIS_URL, REDIS_PREFIX } = cluster.gateways[0]!.settings;
  const channel = `${REDIS_PREFIX}:io#/#user:${seller.id}#`;
  const [shop] = (await devices(seller, 1, 1)) as [DeviceSocket];
  const [listening, speaking] = [new Redis(REDIS_URL!), new Redis(REDIS_URL!)];
  try {
    const published: string[] = [];
    listening.on('smessage', (_channel, text: string) => published.push(text));
    await listening.ssubscribe(channel);
    // What stands between the parts of a published event may be said by anybody.
    const { message } = await buyer.sends(conversation, '}}} ,"packet":{"type":2,"data":["😀"]}}}');
    const heard = await shop.hears('message:new', (one) => one.message.id === message.id);
    expect(heard).toEqual({ message });
    const text = await eventually('it was published', () =>
      published.find((one) => one.includes(message.id)),
    );
    const { data, ...head } = JSON.parse(text) as {
      data: { packet: { data: unknown[] }; opts: object };
    };
    expect(head).toEqual({ uid: expect.any(String), nsp: '/', type: 3 });
    expect(data).toEqual({
      opts: { rooms: [`user:${seller.id}`], except: [], flags: {} },
      packet: { type: 2, data: ['message:new', { message }] },
    });
    const later = { message: { ...message, seq: message.seq + 1_000 } };
    const packet = { ...data.packet, data: ['message:new', later] };
    // The order of the adapter itself, in which versions before wrote.
    const asBefore = { ...head, uid: 'another node', data: { packet, opts: data.opts } };
    await speaking.spublish(channel, JSON.stringify(asBefore));
    expect(await shop.hears('message:new', (one) => one.message.seq > 1_000)).toEqual(later);
  } finally {
    listening.disconnect();
    speaking.disconnect();
  }
  close(shop);
});

test('a device that missed what another one took is told, without any further traffic', async () => {
  const [phone] = (await devices(buyer, 1, 0)) as [DeviceSocket];
  const lastSeq = 1 + Math.max(...(await buyer.log(conversation)).map(({ seq }) => seq));
  // As a node leaves it that dies between the write and the telling, after the first device has taken it elsewhere.
  await cluster.inspect(async (connection) => {
    const said = { kind: 'text', text: '내일은 어때요?' } as const;
    await writeEntries(connection, [
      { ...said, conversationId: conversation.id, senderId: seller.id, seq: lastSeq },
    ]);
    await connection
      .collection('inbox')
      .updateMany(
        { conversationId: conversation.id },
        { $set: { lastSeq, deliveredSeq: lastSeq, lastAt: new Date(), changedAt: new Date() } },
      );
  });
  expect(await phone.hears('sync:hint', (hint) => hint.lastSeq === lastSeq)).toEqual({
    conversationId: conversation.id,
    lastSeq,
  });
  close(phone);
});

test('of twenty-one sockets over two nodes the oldest gives way', async () => {
  const [oldest] = (await devices(buyer, 1, 0)) as [DeviceSocket];
  const others = [...(await devices(buyer, 9, 0)), ...(await devices(buyer, 10, 1))];
  expect(others).toHaveLength(limits.socketsPerUser - 1);
  const [newest] = (await devices(buyer, 1, 1)) as [DeviceSocket];
  expect(await oldest.hears('session:revoked')).toEqual({ reason: 'replaced' });
  await eventually('the oldest is closed', () => oldest.socket.disconnected);
  const { message } = await seller.sends(conversation, '다들 있나요?');
  const staying = [...others, newest];
  // Where Redis took too long for a node, the others' devices are told to pull.
  const isTold = (device: DeviceSocket) =>
    device.all('message:new').some((heard) => heard.message.id === message.id) ||
    device.all('sync:hint').some(({ lastSeq }) => lastSeq >= message.seq);
  await eventually('all of them are told', () => staying.every(isTold));
  for (const device of staying) expect(device.all('session:revoked')).toEqual([]);
  close(...others, newest);
});

test('sixty messages at once over two nodes: about the burst gets through', async () => {
  const person = await cluster.person('서연', 0);
  const asked = await person.asksAbout(await seller.lists());
  const sockets = [
    await person.connects(cluster.gateways[0]),
    await person.connects(cluster.gateways[1]),
  ];
  const started = performance.now();
  const answers = await Promise.all(
    sockets.flatMap((socket) =>
      Array.from({ length: 30 }, (_, index) =>
        socket.ask('message:send', {
          conversationId: asked.id,
          clientMessageId: randomUUID(),
          text: `${index}`,
        }),
      ),
    ),
  );
  const meanwhile = ((performance.now() - started) / 1_000) * limits.messagesPerSecond;
  const granted = answers.filter(({ ok }) => ok).length;
  expect(granted).toBeGreaterThanOrEqual(limits.messageBurst);
  expect(granted).toBeLessThanOrEqual(limits.messageBurst + Math.ceil(meanwhile));
  const refused = answers.find(({ ok }) => !ok);
  expect(refused).toMatchObject({ error: { code: 'RATE_LIMITED', retryable: true } });
  expect((refused as { error: { retryAfterMs: number } }).error.retryAfterMs).toBeGreaterThan(0);
  // Offers are counted apart.
  await person.offers(asked, 90_000);
  person.leaves();
});

test('typing is shown once in three seconds, and its end only where it was shown', async () => {
  const [phone] = (await devices(buyer, 1, 0)) as [DeviceSocket];
  const [shop] = (await devices(seller, 1, 1)) as [DeviceSocket];
  for (const typing of [false, true, true, false, false, true])
    await phone.do('typing:set', { conversationId: conversation.id, typing });
  const { message } = await buyer.sends(conversation, '다 썼어요');
  await shop.hears('message:new', (heard) => heard.message.id === message.id);
  // Between nodes it takes another way than the message, which may be first.
  await eventually('its end is shown', () => shop.all('typing').length > 1);
  expect(shop.all('typing').map(({ typing }) => typing)).toEqual([true, false]);
  close(phone, shop);
});

test('sessions of all nodes are listed, and one that is ended is cut off wherever it is', async () => {
  const email = `${randomUUID()}@test.example`;
  const password = 'correct horse battery';
  const here = await Person.signUp(cluster.gateways[0]!, '도윤', { email, password });
  const elsewhere = await here.gets<view.SignedIn>('POST', '/v1/auth/login', { email, password });
  const tablet = here.opensSocket(cluster.gateways[1], { token: elsewhere.accessToken });
  tablet.socket.connect();
  const phone = await here.connects(cluster.gateways[0]);
  const { sessionId } = await tablet.hears('session:ready');
  const { items } = await here.gets<{ items: view.Session[] }>('GET', '/v1/auth/sessions');
  expect(items.map(({ id }) => id)).toContain(sessionId);
  expect(items).toHaveLength(2);
  await here.gets('DELETE', `/v1/auth/sessions/${sessionId}`);
  expect(await tablet.hears('session:revoked')).toEqual({ reason: 'signedOut' });
  await eventually('the tablet is closed', () => tablet.socket.disconnected);
  expect(phone.socket.connected).toBe(true);
  expect(phone.all('session:revoked')).toEqual([]);
  here.leaves();
});
