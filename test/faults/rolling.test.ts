import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import type { Ack, view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { storedEntries } from '../support/log.js';

/** More with ROLLING_REPLACEMENTS and ROLLING_SENDS, as calm as people are with ROLLING_PAUSE_MS. */
const replacements = Number(process.env['ROLLING_REPLACEMENTS'] ?? 2);
const sendsWanted = Number(process.env['ROLLING_SENDS'] ?? 150);
const clientsCount = Number(process.env['ROLLING_CLIENTS'] ?? 20);
/** Milliseconds between two sends of a client, at most. */
const pauseMs = Number(process.env['ROLLING_PAUSE_MS'] ?? 400);

let cluster: TestCluster;
let balancer: Server;
/** People and their conversations; a person has at most so many sockets. */
const clientsEach = 10;
const buyers: { buyer: Person; conversation: view.Conversation }[] = [];
const sockets: Socket[] = [];

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 2,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
  });
  const seller = await cluster.person('준호');
  const listing = await seller.lists();
  for (let clients = 0; clients < clientsCount; clients += clientsEach) {
    const buyer = await cluster.person('민지');
    buyers.push({ buyer, conversation: await buyer.asksAbout(listing) });
  }
  balancer = await startBalancer();
}, 60_000);

afterAll(async () => {
  for (const socket of sockets) socket.close();
  balancer?.close();
  await cluster?.stop();
}, 60_000);

/** One gateway after the other; who refuses is skipped, and nothing else is known of them. */
function startBalancer(): Promise<Server> {
  let turn = 0;
  const server = createServer((near) => {
    near.on('error', () => near.destroy());
    const tryNext = (left: number): void => {
      turn += 1;
      const far = connect(cluster.gateways[turn % 2]!.port, '127.0.0.1');
      const skip = () => (left > 0 ? tryNext(left - 1) : near.destroy());
      far.once('error', skip);
      far.once('connect', () => {
        far.off('error', skip);
        far.on('error', () => near.destroy());
        near.once('close', () => far.destroy());
        far.once('close', () => near.destroy());
        near.pipe(far).pipe(near);
      });
    };
    tryNext(1);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

test('while gateways are replaced nothing acknowledged is lost, nothing doubled, and all refused is DRAINING', async () => {
  const url = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`;
  const counts = { sent: 0, acknowledged: 0, draining: 0, cutOff: 0, other: 0 };
  const acknowledged = new Set<string>();
  let isOver = false;

  /** Sends now and then, and repeats what had no answer, as an app does that knows only Socket.IO. */
  const client = async (number: number): Promise<void> => {
    const { buyer, conversation } = buyers[Math.floor(number / clientsEach)]!;
    const auth = { token: buyer.accessToken };
    const socket = io(url, { transports: ['websocket'], forceNew: true, auth });
    sockets.push(socket);
    while (!isOver) {
      await eventually('it is connected', () => socket.connected, 30_000);
      const clientMessageId = randomUUID();
      for (let done = false; !done && !isOver;) {
        await eventually('it is connected', () => socket.connected, 30_000);
        counts.sent += 1;
        const payload = { conversationId: conversation.id, clientMessageId, text: '안녕하세요' };
        const answer = (await socket
          .timeout(10_000)
          .emitWithAck('message:send', payload)
          .catch(() => undefined)) as Ack<unknown> | undefined;
        done = answer?.ok ?? false;
        if (!answer) counts.cutOff += 1;
        else if (answer.ok) acknowledged.add(clientMessageId);
        else if (answer.error.code === 'DRAINING') counts.draining += 1;
        else counts.other += 1;
        await new Promise((resolve) => setTimeout(resolve, done ? Math.random() * pauseMs : 200));
      }
    }
  };
  const clients = Promise.all(Array.from({ length: clientsCount }, (_, number) => client(number)));
  const share = sendsWanted / (replacements + 1);
  for (let replaced = 0; replaced < replacements; replaced += 1) {
    await eventually('messages flow', () => counts.sent > share * (replaced + 1), 120_000);
    const gateway = cluster.gateways[replaced % 2]!;
    expect(await gateway.end('SIGTERM')).toBe(0);
    expect(gateway.log).not.toMatch(/a step of the stop failed|took too long/);
    await gateway.start();
  }
  await eventually('all is sent', () => counts.sent >= sendsWanted, 120_000);
  isOver = true;
  await clients;
  counts.acknowledged = acknowledged.size;
  console.log(`rolling: ${JSON.stringify({ replacements, ...counts })}`);

  // A send that was on its way in the very moment of the cut has no answer: it takes a device that was silent before.
  expect(counts.other).toBe(0);
  const stored = await cluster.inspect((connection) => storedEntries(connection));
  const ids = stored.map(({ clientMessageId }) => clientMessageId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of acknowledged) expect(ids).toContain(id);
}, 600_000);
