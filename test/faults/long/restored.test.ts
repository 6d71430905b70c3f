import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose, { type Connection, type mongo } from 'mongoose';
import type { Child } from '../../../scripts/servers/child.js';
import { freePort } from '../../../scripts/servers/free-port.js';
import { createLeash } from '../../../scripts/servers/leash.js';
import { launchMongod, mongoUri } from '../../../scripts/servers/mongo.js';
import { findMongod } from '../../../scripts/servers/mongod-program.js';
import type { view } from '../../../src/contract/index.js';
import { eventually } from '../../support/eventually.js';
import type { DeviceSocket, Person } from '../../support/person.js';
import type { ServerProcess } from '../../support/server-process.js';
import { tells } from '../../support/seeds.js';
import { TestCluster } from '../../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({ gateways: 2, workers: 2 });
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
  await seller.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: randomUUID() });
}, 60_000);

afterAll(async () => {
  for (const person of [buyer, seller]) person?.leaves();
  await cluster?.stop();
}, 60_000);

type Backup = {
  name: string;
  documents: mongo.BSON.Document[];
  indexes: mongo.IndexDescription[];
}[];

/** What mongodump keeps. */
async function backUp({ db }: Connection): Promise<Backup> {
  const names = (await db!.listCollections().toArray()).map(({ name }) => name);
  return Promise.all(
    names
      .filter((name) => !name.startsWith('system.'))
      .map(async (name) => ({
        name,
        documents: await db!.collection(name).find().toArray(),
        indexes: (await db!.collection(name).indexes()).filter(({ name: key }) => key !== '_id_'),
      })),
  );
}

/** What `mongorestore --drop` does, log first: of what it has decided the relay finds nothing yet. */
async function restore({ db }: Connection, backup: Backup): Promise<void> {
  const order = ({ name }: Backup[number]) => (name === 'messages' ? 0 : 1);
  for (const { name, documents, indexes } of [...backup].sort((a, b) => order(a) - order(b))) {
    // A new set has none yet.
    await db!.dropCollection(name).catch(() => undefined);
    await db!.createCollection(name);
    if (documents.length > 0) await db!.collection(name).insertMany(documents);
    if (indexes.length > 0) await db!.collection(name).createIndexes(indexes);
  }
}

const pushesOf = ({ log }: ServerProcess) =>
  log.split('\n').filter((line) => line.includes('"push notification"'));
const pushes = () => cluster.workers.flatMap(pushesOf);

const endsByItself = (one: ServerProcess) =>
  eventually(`${one.name} has ended by itself`, () => !one.isRunning);

async function emptyQueues(): Promise<void> {
  const redis = new Redis(process.env['TEST_REDIS_URL']!);
  const keys = await redis.keys(`${new URL(cluster.mongoUri).pathname.slice(1)}-queues:*`);
  if (keys.length > 0) await redis.del(keys);
  redis.disconnect();
}

const epochOf = (device: DeviceSocket) => device.all('session:ready').at(-1)!.epoch;

test('a backup is restored under running processes: they start afresh, and nobody is pushed anything old', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const says = async (text: string) => (await buyer.sends(conversation, text)).message;
  const [first, second] = [await says('하나'), await says('둘')];
  const isPushed = ({ seq }: view.Message) =>
    eventually('it is pushed', async () =>
      (await cluster.sent(conversation.id)).some((one) => one.seq === seq),
    );
  await isPushed(first);
  await isPushed(second);
  const backup = await cluster.inspect(backUp);
  // Lost with the database that is replaced; the devices have seen it.
  const device = await seller.connects();
  const before = epochOf(device);
  const lost = await says('셋');
  await device.hears('message:new', ({ message }) => message.id === lost.id);
  await isPushed(lost);
  const count = pushes().length;

  const since = performance.now();
  await cluster.inspect((connection) => restore(connection, backup));
  const all = [...cluster.gateways, ...cluster.workers];
  await Promise.all(all.map(endsByItself));
  for (const { log } of all) expect(log).toContain('the database was restored');
  // What is queued, and which jobs were done, is of the log that is gone.
  await emptyQueues();
  await Promise.all(all.map((one) => one.start()));
  await eventually(
    'the device is back',
    () => device.socket.connected && epochOf(device) !== before,
  );
  // Numbered by the log that was restored.
  const next = await says('다시 셋');
  expect(next.seq).toBe(lost.seq);
  await device.hears('message:new', ({ message }) => message.id === next.id);
  await isPushed(next);
  tells({ row: 36, repairMs: Math.round(performance.now() - since) });
  // A barrier: what the relay would say of old entries comes before what it says of this one.
  await isPushed(await says('넷'));
  expect(pushes()).toHaveLength(count + 2);
}, 120_000);

test('a backup is restored into a new set: its old place and entries, as new, lead to no push', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const { message } = await buyer.sends(conversation, '하나');
  await eventually('it is pushed', async () => (await cluster.sent(conversation.id)).length > 0);
  const place = await eventually('a place is stored', () =>
    cluster.inspect(async (connection) => {
      const found = await connection.collection('relayPlaces').findOne();
      return found?.['token'] ? found : undefined;
    }),
  );
  // It is ten minutes old, and what was decided and sent is not in it.
  const olderBy = (ms: number) => (document: mongo.BSON.Document) => ({
    ...document,
    createdAt: new Date((document['createdAt'] as Date).getTime() - ms),
  });
  const backup = (await cluster.inspect(backUp)).map((one) => {
    if (one.name === 'messages') return { ...one, documents: one.documents.map(olderBy(600_000)) };
    return ['decisions', 'deliveries'].includes(one.name) ? { ...one, documents: [] } : one;
  });

  const other = await OtherSet.start();
  const { pathname } = new URL(cluster.mongoUri);
  const uri = other.uri(pathname);
  const connection = await mongoose.createConnection(uri).asPromise();
  let restored: TestCluster | undefined;
  try {
    await restore(connection, backup);
    // This is what the product must not do: the token of another set is taken, and old entries come as new.
    const stream = connection.collection('messages').watch([], { resumeAfter: place['token'] });
    expect(await stream.next()).toMatchObject({ operationType: 'insert' });
    await stream.close();

    const env = { MONGODB_URI: uri, REDIS_PREFIX: `${pathname.slice(1)}_new` };
    restored = await TestCluster.start({ workers: 1, env });
    buyer.gateway = restored.gateways[0]!;
    const next = (await buyer.sends(conversation, '둘')).message;
    expect(next.seq).toBe(message.seq + 1);
    const [worker] = restored.workers;
    const isPushed = () => pushesOf(worker!).some((line) => line.includes(`"seq":${next.seq},`));
    await eventually('it is pushed', isPushed);
    expect(pushesOf(worker!)).toHaveLength(1);
  } finally {
    await restored?.stop();
    await connection.close();
    await other.stop();
  }
}, 120_000);

/** A MongoDB that has nothing to do with that of the other tests. */
class OtherSet {
  private constructor(
    private readonly child: Child,
    private readonly port: number,
    private readonly release: () => void,
  ) {}

  static async start(): Promise<OtherSet> {
    const folder = mkdtempSync(join(tmpdir(), 'haggle-restored-'));
    const leash = createLeash();
    const onProgress = () => undefined;
    const program = process.env['TEST_MONGOD_BIN'] ?? (await findMongod({ env: {}, onProgress }));
    const port = await freePort();
    const [dataDir, logFile] = [join(folder, 'data'), join(folder, 'log')];
    const child = launchMongod({ program, dataDir, port, logFile, leash, cacheGb: 0.25 });
    await child.ready;
    return new OtherSet(child, port, () => {
      leash.end();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  uri(pathname: string): string {
    const uri = new URL(mongoUri(this.port));
    uri.pathname = pathname;
    return uri.href;
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.child.exited;
    this.release();
  }
}
