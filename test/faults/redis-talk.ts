import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { OwnRedis } from '../support/own-redis.js';
import type { DeviceSocket, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** Two people on two nodes who go on talking while something happens to Redis; one set of them for each test file. */
export let redis: OwnRedis;
/** Between the second node and Redis. */
export let proxy: FaultProxy;
export let cluster: TestCluster;
let buyer: Person, seller: Person;
/** Connects only while Redis is away. */
let newcomer: Person;
let conversation: view.Conversation;

beforeAll(async () => {
  redis = await OwnRedis.start();
  const { url } = redis;
  proxy = await FaultProxy.to(url);
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    env: {
      REDIS_URL: url,
      LIMIT_MESSAGES_PER_SECOND: '100',
      LIMIT_MESSAGE_BURST: '500',
    },
    envOf: (name): Record<string, string> =>
      name === 'node-2' ? { REDIS_URL: proxy.through(url) } : {},
  });
  [buyer, seller, newcomer] = await Promise.all([
    cluster.person('민지', 0),
    cluster.person('준호', 1),
    cluster.person('서연', 1),
  ]);
}, 60_000);

beforeEach(async () => {
  conversation = await buyer.asksAbout(await seller.lists());
});

afterAll(async () => {
  for (const person of [buyer, seller, newcomer]) person?.leaves();
  await cluster?.stop();
  await proxy?.close();
  await redis?.stop();
}, 60_000);

/** A device that does what clients do: it keeps what it hears, and pulls when it is told that it may be behind. */
class Listener {
  readonly heard = new Set<number>();

  private constructor(readonly device: DeviceSocket) {
    device.socket.on('message:new', ({ message }: { message: view.Message }) => this.take(message));
    // A device that was closed meanwhile has nothing to pull any more.
    device.socket.on('sync:hint', () => void this.pull().catch(() => undefined));
  }

  static async of(person: Person): Promise<Listener> {
    const listener = new Listener(await person.connects());
    await listener.pull();
    return listener;
  }

  async pull(): Promise<void> {
    let seq = 0;
    while (this.heard.has(seq + 1)) seq += 1;
    const known = [{ conversationId: conversation.id, seq }];
    const answer = await this.device.ask('sync:pull', { known });
    if (answer.ok) answer.data.messages.forEach((message) => this.take(message));
  }

  private take({ conversationId, seq }: view.Message): void {
    if (conversationId === conversation.id) this.heard.add(seq);
  }
}

/** Sends all the time, one after another, until it is told to stop; keeps what was acknowledged. */
class Talker {
  readonly stored = new Set<number>();
  private done = false;
  private readonly talking: Promise<void>;

  constructor(private readonly listener: Listener) {
    this.talking = this.talk();
  }

  async stop(): Promise<void> {
    this.done = true;
    await this.talking;
  }

  private async talk(): Promise<void> {
    for (let index = 0; !this.done; index += 1) {
      const { message } = await this.listener.device.do('message:send', {
        conversationId: conversation.id,
        clientMessageId: randomUUID(),
        text: `${index}`,
      });
      this.stored.add(message.seq);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

/** What was said until now is heard on the other side: asked while Redis is away, this comes by the log alone. */
const crossed = (from: Talker, to: Listener) => {
  const said = [...from.stored];
  return eventually('what was said is heard on the other node', () =>
    said.every((seq) => to.heard.has(seq)),
  );
};

/** Both gateways say so of themselves; they stay ready all the time. */
const redisIs = (state: 'up' | 'down', gateways = cluster.gateways) =>
  eventually(`the gateways say that Redis is ${state}`, async () => {
    const answers = await Promise.all(
      gateways.map(async ({ url }): Promise<unknown> => (await fetch(`${url}/readyz`)).json()),
    );
    for (const answer of answers) expect(answer).toMatchObject({ ready: true });
    return answers.every((answer) => (answer as { redis: string }).redis === state);
  });

const more = (talkers: Talker[], count: number) => {
  const goals = talkers.map((talker) => talker.stored.size + count);
  return eventually(`${count} more messages of each`, () =>
    talkers.every((talker, index) => talker.stored.size >= goals[index]!),
  );
};

/** Entries that the second gateway brought to its sockets from the log. */
async function tailed(): Promise<string | undefined> {
  const metrics = await (await fetch(`${cluster.gateways[1]!.url}/metrics`)).text();
  return /^haggle_tailed_entries_total.* (\d+)$/m.exec(metrics)?.[1];
}

/** A room that was joined while Redis was away is subscribed to now: what is told comes over Redis. */
async function isSubscribed(device: DeviceSocket): Promise<void> {
  const other = await newcomer.asksAbout(await buyer.lists());
  await newcomer.sends(other, '안녕하세요');
  await eventually('a message comes to the newcomer, and not from the log', async () => {
    const before = await tailed();
    const { message } = await buyer.sends(other, '어서 오세요');
    await device.hears('message:new', (heard) => heard.message.id === message.id);
    return before !== undefined && before === (await tailed());
  });
}

/** The whole of a fault: people talk before it, during it and after it. */
export async function survives(
  fault: { begin: () => unknown; end: () => unknown },
  deaf = cluster.gateways,
): Promise<void> {
  const [phone, shop] = await Promise.all([Listener.of(buyer), Listener.of(seller)]);
  // Before the first word the seller does not know of the conversation.
  const begins = new Talker(phone);
  await more([begins], 1);
  const talkers = [begins, new Talker(shop)] as const;
  await more([...talkers], 5);
  await fault.begin();
  await redisIs('down', deaf);
  // Who comes now is welcome too.
  const [late, first] = await Promise.all([Listener.of(seller), newcomer.connects()]);
  await more([...talkers], 30);
  await Promise.all([crossed(talkers[0], shop), crossed(talkers[1], phone)]);
  await fault.end();
  await redisIs('up');
  await more([...talkers], 15);
  await Promise.all(talkers.map((talker) => talker.stop()));

  const count = talkers[0].stored.size + talkers[1].stored.size;
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const has = (listener: Listener, own: Talker | undefined) =>
    all.filter((seq) => listener.heard.has(seq) || own?.stored.has(seq));
  await eventually('every device has the whole log', () =>
    [has(phone, talkers[0]), has(shop, talkers[1]), has(late, undefined)].every(
      (seqs) => seqs.length === count,
    ),
  );
  await isSubscribed(first);
  for (const process of [...cluster.gateways, ...cluster.workers])
    expect(process.log).not.toMatch(/"level":60|unexpected error/);
  for (const { device } of [phone, shop, late]) device.close();
  first.close();
}
