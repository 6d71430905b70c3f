import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { view } from '../../../src/contract/index.js';
import type { Decision } from '../../../src/notifications/index.js';
import { DecisionStore } from '../../../src/notifications/decision.store.js';
import { eventually } from '../../support/eventually.js';
import type { DeviceSocket, Person } from '../../support/person.js';
import { chance, seeds, tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

/** Workers (relay and push) die at any moment under load. */
const kills = 3;
const sendEachMs = 150;

let cluster: TestCluster;
let buyer: Person, away: Person, reading: Person;
let desk: DeviceSocket;

beforeAll(async () => {
  cluster = await TestCluster.start({
    gateways: 1,
    workers: 2,
    // Whoever reads within eight seconds is not pushed: no machine is that slow.
    env: { PUSH_DELAY_ONLINE_MS: '8000', LIMIT_MESSAGES_PER_SECOND: '1000' },
  });
  [away, reading] = await Promise.all([cluster.person('준호'), cluster.person('서연')]);
  for (const person of [away, reading])
    await person.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
  desk = await reading.connects();
  desk.socket.on('message:new', ({ message }: { message: view.Message }) => {
    const { conversationId, seq } = message;
    desk.socket.emit('receipt:read', { conversationId, seq }, () => undefined);
  });
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, away, reading]) person?.leaves();
  await cluster?.stop();
}, 60_000);

/** Another one for each seed: nobody may ask about many things in an hour. */
beforeEach(async () => {
  buyer?.leaves();
  buyer = await cluster.person('민지');
});

interface Kill {
  worker: string;
  at: number;
}

/** Kills one worker after the other, at times while another is still starting again. */
async function killWorkers(seed: number): Promise<Kill[]> {
  const next = chance(seed);
  const done: Kill[] = [];
  const starting = new Map<string, Promise<void>>();
  for (let at = 0; at < kills; at += 1) {
    await wait(1_000 + next() * 2_000);
    const victim = cluster.workers[Math.floor(next() * 2)]!;
    await starting.get(victim.name);
    done.push({ worker: victim.name, at: Date.now() });
    await victim.kill();
    starting.set(victim.name, victim.start());
  }
  await Promise.all(starting.values());
  return done;
}

/** Says something in one of these again and again until told to stop. */
async function talks(among: view.Conversation[], goesOn: () => boolean): Promise<view.Message[]> {
  const said: view.Message[] = [];
  while (goesOn()) {
    const pause = wait(sendEachMs);
    for (const conversation of among)
      said.push((await buyer.sends(conversation, `${said.length}`)).message);
    await pause;
  }
  return said;
}

interface Shown {
  worker: string;
  time: number;
  userId: string;
  conversationId: string;
  seq: number;
  id: string;
}

/** What was pushed about these conversations. */
const shownBy = (among: view.Conversation[]): Shown[] =>
  cluster.workers.flatMap(({ name, log }) =>
    log
      .split('\n')
      .filter((line) => line.includes('"push notification"'))
      .map((line) => ({ ...(JSON.parse(line) as Shown), worker: name }))
      .filter((one) => among.some(({ id }) => id === one.conversationId)),
  );

const decisionsOn = (all: view.Message[]): Promise<Decision[][]> =>
  cluster.withStores((connection) => {
    const store = new DecisionStore(connection);
    return Promise.all(
      all.map((one) => store.ofMessage(one.conversationId, one.seq, new Date(one.createdAt))),
    );
  });

const keyOf = ({ conversationId, seq }: { conversationId: string; seq: number }) =>
  `${conversationId}:${seq}`;

test.each(seeds())(
  'whatever dies when, each entry is decided and shown once, nothing read is pushed (seed %i)',
  async (seed) => {
    const about = async (seller: Person) => buyer.asksAbout(await seller.lists());
    const unheard = [await about(away), await about(away), await about(away)];
    const heard = [await about(reading), await about(reading)];

    let goesOn = true;
    const load = [talks(unheard, () => goesOn), talks(heard, () => goesOn)];
    const killed = await killWorkers(seed).finally(() => (goesOn = false));
    const [unread, read] = (await Promise.all(load)) as [view.Message[], view.Message[]];
    expect(unread.length + read.length).toBeGreaterThan(100);

    const since = performance.now();
    // A worker that died is followed after seven seconds at most, what it had claimed after about fifteen.
    await eventually(
      'each entry is decided',
      async () => (await decisionsOn([...unread, ...read])).every((found) => found.length === 1),
      25_000,
    );
    const all = [...unheard, ...heard];
    const shown = () => new Set(shownBy(all).map(keyOf));
    const missing = () => unread.filter((one) => !shown().has(keyOf(one)));
    await eventually('what nobody read is shown', () => missing().length === 0, 25_000);
    tells({ row: 17, seed, repairMs: Math.round(performance.now() - since) });

    for (const [decision] of await decisionsOn(unread))
      expect(decision!.decided).toEqual({ do: 'push', reason: 'notConnected' });
    for (const [decision] of await decisionsOn(read))
      expect(decision!.decided).toEqual({ do: 'nothing', reason: 'read' });
    expect(shownBy(all).filter(({ userId }) => userId === reading.id)).toEqual([]);

    // The provider may hear of one again, whose worker died before it noted the answer: the device knows it by its id.
    const sends = new Map<string, Shown[]>();
    for (const one of shownBy(all).sort((a, b) => a.time - b.time))
      sends.set(keyOf(one), [...(sends.get(keyOf(one)) ?? []), one]);
    for (const [first, ...again] of sends.values())
      for (const one of again) {
        expect(one.id).toBe(first!.id);
        const diedAt = killed.filter(
          ({ worker, at }) =>
            worker === first!.worker && at >= first!.time && at < first!.time + 5_000,
        );
        // A worker that is back at once may die again in that time.
        expect([one, diedAt]).toEqual([one, expect.arrayContaining([expect.anything()])]);
      }
  },
  60_000,
);
