import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { io, type Socket } from 'socket.io-client';
import { sliceOf } from '../../../src/realtime/departures.js';
import { drainPaceOf } from '../../../src/realtime/drain.js';
import { eventually } from '../../support/eventually.js';
import type { Person } from '../../support/person.js';
import type { ServerProcess } from '../../support/server-process.js';
import { TestCluster } from '../../support/test-cluster.js';

/** A gateway with two thousand sockets ends. */
const people = 100;
const socketsEach = 20;
const all = people * socketsEach;

let cluster: TestCluster;
let persons: Person[];
const sockets = new Set<Socket>();

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2 });
  persons = [];
  for (let count = 0; count < people; count += 1)
    persons.push(await cluster.person(`p${count}`, 1));
}, 240_000);

afterAll(async () => {
  for (const socket of sockets) socket.close();
  await cluster?.stop();
}, 60_000);

const slice = sliceOf(drainPaceOf(all));

function connect(gateway: ServerProcess, { accessToken }: Person, ready: () => void): Socket {
  const socket = io(gateway.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token: accessToken },
  });
  sockets.add(socket);
  socket.on('session:ready', ready);
  return socket;
}

test('two thousand devices leave a gateway that ends in slices: no second brings back more than one slice', async () => {
  const [leaving, staying] = cluster.gateways as [ServerProcess, ServerProcess];
  /** When each began to come back. */
  const back: number[] = [];
  let [ready, readyAgain] = [0, 0];
  for (const person of persons) {
    const before = ready;
    for (let count = 0; count < socketsEach; count += 1) {
      const socket = connect(leaving, person, () => (ready += 1));
      socket.on('server:draining', ({ reconnectInMs }: { reconnectInMs: number }) =>
        setTimeout(() => {
          socket.close();
          back.push(performance.now());
          connect(staying, person, () => (readyAgain += 1));
        }, reconnectInMs),
      );
    }
    await eventually('they are connected', () => ready === before + socketsEach);
  }
  const stalls = monitorEventLoopDelay({ resolution: 10 });
  stalls.enable();
  const told = performance.now();
  const exit = leaving.end('SIGTERM', 60_000);
  await eventually('all are back', () => readyAgain === all, 60_000);
  expect(await exit).toBe(0);
  stalls.disable();

  const perSecond = Array.from({ length: 30 }, () => 0);
  for (const at of back) perSecond[Math.floor((at - told) / 1_000)]! += 1;
  const worstStallMs = Math.round(stalls.max / 1e6);
  console.log(`drain: ${JSON.stringify({ slice, perSecond, worstStallMs })}`);
  // What a stall of this process holds back begins in the next second.
  expect(Math.max(...perSecond)).toBeLessThanOrEqual(slice + (slice * worstStallMs) / 1_000);
  expect(leaving.log).not.toMatch(/"level":[4-6]0|failed|took too long/);
}, 300_000);
