import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import mongoose from 'mongoose';
import { ListingStore } from '../src/listings/listing.store.js';
import { MongoListingSearch } from '../src/listings/mongo-listing-search.js';
import { batchesOf, madeListings } from '../scripts/seed/made-listings.js';
import { migrateDatabase } from '../src/migrations/migrate.js';

/**
 * What the caches of the feed save: first pages around thirty places, asked for by forty people in turn, of a gateway
 * with caches and of one without, in one run. Prints pages a second, and what the database did for each page.
 *
 *     npm run bench:reading
 */
const [listingsMade, people, places, pages, atOnce, rounds] = [20_000, 40, 30, 1_000, 16, 3];
const { TEST_MONGODB_URI: mongoUri, TEST_REDIS_URL: redisUrl } = process.env;
if (!mongoUri || !redisUrl) throw new Error('Run it with "npm run bench:reading"');

const name = `reading_${randomBytes(6).toString('hex')}`;
const uri = new URL(mongoUri);
uri.pathname = `/${name}`;
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const connection = await mongoose.createConnection(uri.href).asPromise();
await migrateDatabase(uri.href);

async function startGateway(caches: 'on' | 'off'): Promise<{ child: ChildProcess; url: string }> {
  const child = fork('dist/src/main.js', {
    env: {
      PATH: process.env['PATH'],
      MONGODB_URI: uri.href,
      REDIS_URL: redisUrl!,
      REDIS_PREFIX: `${name}_${caches}`,
      JWT_KEYS: pem.export({ type: 'pkcs8', format: 'pem' }).toString(),
      LOG_LEVEL: 'fatal',
      PORT: '0',
      READ_CACHES: caches,
    },
  });
  for (;;) {
    const [message] = (await once(child, 'message')) as [{ type: string; port?: number }];
    if (message.type === 'ready') return { child, url: `http://127.0.0.1:${message.port}` };
  }
}

async function signUp(url: string): Promise<string> {
  const email = `${randomBytes(8).toString('hex')}@bench.example`;
  const answer = await fetch(`${url}/v1/auth/sign-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password: 'correct horse battery', nickname: 'bench' }),
  });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

/** Queries that the database was asked, and documents that it looked at. */
async function databaseWork() {
  const status = (await connection.db!.admin().command({ serverStatus: 1 })) as unknown as {
    opcounters: { query: number };
    metrics: { queryExecutor: { scannedObjects: number } };
  };
  return {
    queries: status.opcounters.query,
    documents: status.metrics.queryExecutor.scannedObjects,
  };
}

/** Reads the pages and tells of each second, and of each page. */
async function measure(url: string, tokens: string[]) {
  const before = await databaseWork();
  const began = performance.now();
  let asked = 0;
  const reader = async () => {
    while (asked < pages) {
      const number = (asked += 1);
      const latitude = (37.5 + (number % places) / 500).toFixed(3);
      const answer = await fetch(`${url}/v1/listings?near=${latitude},127.000&radiusKm=3`, {
        headers: { authorization: `Bearer ${tokens[number % people]}` },
      });
      if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  const seconds = (performance.now() - began) / 1_000;
  const after = await databaseWork();
  return {
    pagesPerSecond: pages / seconds,
    queries: (after.queries - before.queries) / pages,
    documents: (after.documents - before.documents) / pages,
  };
}

const [on, off] = [await startGateway('on'), await startGateway('off')];
try {
  const store = new ListingStore(connection, new MongoListingSearch(connection));
  for (const batch of batchesOf(madeListings(listingsMade))) await store.addMany(batch);
  const tokens: string[] = [];
  while (tokens.length < people) tokens.push(await signUp(on.url));
  console.log('| caches | pages a second | queries a page | documents looked at a page |');
  console.log('|---|---|---|---|');
  // In turn, so that what else the machine does meets both.
  for (let round = 0; round < rounds; round += 1)
    for (const [caches, { url }] of [['on', on] as const, ['off', off] as const]) {
      const { pagesPerSecond, queries, documents } = await measure(url, tokens);
      const cells = [caches, pagesPerSecond.toFixed(0), queries.toFixed(2), documents.toFixed(0)];
      console.log(`| ${cells.join(' | ')} |`);
    }
} finally {
  for (const { child } of [on, off]) child.kill('SIGKILL');
  await connection.dropDatabase();
  await connection.close();
}
