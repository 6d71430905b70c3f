import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import mongoose from 'mongoose';
import { AlertStore, type Alert, type WaitingPlace } from '../../src/alerts/alert.store.js';
import { foldText } from '../../src/domain/search/fold-text.js';
import { meets, saying, tokensMeeting, tokensWanted } from '../../src/domain/wanted.js';
import { newId } from '../../src/platform/ids.js';
import { madeListings } from '../../scripts/seed/made-listings.js';
import { makeCollections } from '../../src/platform/store.js';

/**
 * Fills a database with alerts on words of made Korean listings, common words as often as in titles, and tells what one
 * listing that is published reads of them: pages of one index, by the database's own profile, and the time of it all.
 *
 *     npm run bench:alerts -- --alerts 100000
 */
const { values } = parseArgs({ options: { alerts: { type: 'string', default: '100000' } } });
const total = Number(values.alerts);
const published = 200;
/** As the relay reads them. */
const pageSize = 500;
const { TEST_MONGODB_URI: mongoUri } = process.env;
if (!mongoUri || !(total > 0)) throw new Error('npm run bench:alerts -- --alerts 100000');

const uri = new URL(mongoUri);
uri.pathname = `/alerts_${randomBytes(6).toString('hex')}`;
const connection = await mongoose.createConnection(uri.href).asPromise();
const db = connection.db!;
const store = new AlertStore(connection);
await makeCollections(connection, [AlertStore]);

const listings = [...madeListings(total + published)];
const batchSize = 5_000;
let batch: (Alert & { tokens: string[] })[] = [];
for (const [index, listing] of listings.slice(0, total).entries()) {
  const { title, location, price } = listing.snapshot();
  // Every third waits for two words, every second near a place, every fourth up to a price.
  const wanted = {
    q: foldText(title)
      .split(' ')
      .slice(0, index % 3 === 0 ? 2 : 1)
      .join(' '),
    near: index % 2 === 0 ? location : null,
    radiusKm: 5,
    category: null,
    minPrice: null,
    maxPrice: index % 4 === 0 ? price : null,
  };
  const by = {
    id: newId(),
    userId: `user-${index}`,
    kind: 'keyword',
    createdAt: new Date(),
  } as const;
  batch.push({ ...by, ...wanted, tokens: tokensWanted(wanted) });
  if (batch.length < batchSize && index < total - 1) continue;
  await store.addMany(batch);
  batch = [];
}

const looks: { met: number; ms: number }[] = [];
const publish = async (index: number) => {
  const is = listings[total + index]!.snapshot();
  const from = performance.now();
  const says = saying(is);
  let met = 0;
  let after: WaitingPlace | null = null;
  do {
    const { found, last } = await store.waitingUnder(tokensMeeting(is), pageSize, after);
    for (const alert of found) if (meets(alert, is, says)) met += 1;
    after = last;
  } while (after);
  looks.push({ met, ms: performance.now() - from });
};
for (let index = 0; index < 20; index += 1) await publish(index);
looks.length = 0;
for (let index = 0; index < published; index += 1) await publish(index);
const timed = [...looks];

// More than its usual megabyte, which would forget the first ones.
await db.createCollection('system.profile', { capped: true, size: 64 * 1024 * 1024 });
await db.command({ profile: 2 });
for (let index = 0; index < published; index += 1) await publish(index);
await db.command({ profile: 0 });
const done = await db
  .collection('system.profile')
  .find({ ns: /\.alerts$/ })
  .toArray();
const begun = done.filter(({ op }) => op === 'query').length;
const sum = (field: string) =>
  done.reduce((all, one) => all + Number((one as Record<string, unknown>)[field] ?? 0), 0);
const per = (all: number) => Math.round(all / published).toLocaleString('en');
const at = (share: number) =>
  timed.map(({ ms }) => ms).sort((one, other) => one - other)[Math.floor(published * share)]!;

console.log(
  `${total.toLocaleString('en')} alerts; of ${published} listings published, each: look-ups ${(begun / published).toFixed(1)}, ` +
    `alerts met ${per(timed.reduce((all, { met }) => all + met, 0))}, documents examined ${per(sum('docsExamined'))}, ` +
    `keys examined ${per(sum('keysExamined'))}, ms of the database ${per(sum('millis'))}, ` +
    `ms in all: median ${at(0.5).toFixed(1)}, 95 % ${at(0.95).toFixed(1)}`,
);
const { totalIndexSize, size } = await db.command({ collStats: 'alerts' });
console.log(
  `bytes an alert: document ${Math.round(Number(size) / total)}, indexes ${Math.round(Number(totalIndexSize) / total)}`,
);
await db.dropDatabase();
await connection.close();
