/**
 * Loaded before the code of a gateway or worker, this is what makes it a build for tests: it wraps the methods of the
 * database driver and of the Redis client, and does what the test says over the IPC channel. The product has no hook of
 * its own, so its code under test is what ships. It is built into one file with the product: only so it meets the same
 * driver and client.
 */
import ioredis from 'ioredis';
import mongoose from 'mongoose';

/** Never comes back, as if the process had stopped at this line. */
const never = () => new Promise(() => {});

/** What the test wants now; `reset` brings back this. */
const calm = () => ({
  /** Point → the text that the entry must contain. */
  pauses: new Map(),
  /** Fan-outs of entries yet to be lost, and the entries that are. */
  losses: 0,
  lost: new Set(),
  duplicate: false,
  /** Longest delay of a fan-out in ms: the ones that follow overtake it. */
  scatterMs: 0,
  bugs: new Set(),
});
let wanted = calm();

/** Those who wait at a point, until the test says `resume`. */
let waiting = [];

const commands = {
  pause: ({ point, containing = '' }) => wanted.pauses.set(point, containing),
  resume: () => {
    wanted.pauses.clear();
    for (const go of waiting.splice(0)) go();
  },
  lose: ({ count }) => (wanted.losses += count),
  duplicate: () => (wanted.duplicate = true),
  scatter: ({ ms }) => (wanted.scatterMs = ms),
  plant: ({ bug }) => wanted.bugs.add(bug),
  mend: () => {
    // What is lost stays lost: nobody tells it later.
    wanted = { ...calm(), bugs: wanted.bugs, lost: wanted.lost };
    commands.resume();
  },
  reset: () => {
    wanted = calm();
    commands.resume();
  },
};

// The product unrefs the channel after this, so that listening keeps no process alive.
process.on('message', ({ chaos, id, ...rest }) => {
  if (!commands[chaos]) return;
  commands[chaos](rest);
  process.send({ type: 'chaos:done', id });
});

/** Stops here when the test asked for it, and tells that it does. */
async function passes(point, text) {
  const containing = wanted.pauses.get(point);
  if (containing === undefined || !text.includes(containing)) return;
  process.send({ type: 'chaos:reached', point });
  await new Promise((go) => waiting.push(go));
}

const wrap = (prototype, name, around) => {
  const original = prototype[name];
  prototype[name] = function (...args) {
    return around.call(this, original.bind(this), ...args);
  };
};

const { Collection } = mongoose.mongo;
const isLog = (collection) => collection.collectionName === 'messages';

for (const name of ['insertMany', 'insertOne', 'bulkWrite'])
  wrap(Collection.prototype, name, async function (original, writes, ...rest) {
    if (this.collectionName === 'sanctions') await passes('sanctioning', JSON.stringify(writes));
    if (!isLog(this)) return original(withoutProjections(this, writes), ...rest);
    const entries = entriesOf(writes);
    if (wanted.bugs.has('skipSeq') && entries[0]?.seq > 1) entries[0].seq += 1;
    const text = JSON.stringify(entries);
    if (entries.length > 0) await passes('storing', text);
    const result = await original(writes, ...rest);
    if (entries.length > 0) {
      if (wanted.bugs.has('insertTwice')) await storeAgain(this, entries[0]);
      await passes('stored', text);
    }
    return result;
  });

/** The question for a mark is what the telling of a change begins with. */
wrap(Collection.prototype, 'findOne', async function (original, filter, options, ...rest) {
  if (options?.projection?.refresh) await passes('refreshing', JSON.stringify(filter));
  return original(filter, options, ...rest);
});

const entriesOf = (writes) =>
  [writes].flat().flatMap((write) => write.insertOne?.document ?? (write._id ? [write] : []));

/** The same intent under another id, as if a retry had not been recognised. */
const storeAgain = (collection, entry) =>
  collection.insertOne({
    ...entry,
    _id: `${entry._id}-again`,
    clientMessageId: `${entry.clientMessageId}-again`,
    seq: entry.seq + 1,
  });

/** Leaves out of a write whatever would bring an inbox row up to the log. */
function withoutProjections(collection, writes) {
  if (collection.collectionName !== 'inbox' || !wanted.bugs.has('lagProjections')) return writes;
  const projects = ({ filter }) => filter.lastSeq !== undefined || filter.shownSeq !== undefined;
  const kept = [writes].flat().filter((write) => !write.updateMany || !projects(write.updateMany));
  // A bulk write of nothing is refused: one that finds nothing takes its place.
  return kept.length > 0
    ? kept
    : [{ updateOne: { filter: { _id: 'none' }, update: { $set: { a: 1 } } } }];
}

wrap(Collection.prototype, 'find', function (original, filter, ...rest) {
  const cursor = original(filter, ...rest);
  if (!isLog(this) || !wanted.bugs.has('believeProjection')) return cursor;
  const toArray = cursor.toArray.bind(cursor);
  cursor.toArray = async () => upToInbox(this, await toArray());
  return cursor;
});

/** Hides what the inbox does not know of yet. */
async function upToInbox(collection, entries) {
  const inbox = collection.s.db.collection('inbox');
  const ids = [...new Set(entries.map((entry) => entry.conversationId))];
  const rows = await inbox.find({ conversationId: { $in: ids } }).toArray();
  const last = new Map(rows.map((row) => [row.conversationId, row.lastSeq]));
  return entries.filter((entry) => entry.seq <= (last.get(entry.conversationId) ?? 0));
}

const idOfEntry = /"message:new".*?"id":"([^"]+)"/s;

/** The adapter delivers on its own node after the publish, so one that never ends is lost there too. */
wrap(ioredis.Redis.prototype, 'spublish', async function (original, channel, payload) {
  const text = String(payload);
  const id = text.match(idOfEntry)?.[1];
  if (id === undefined) return original(channel, payload);
  if (wanted.bugs.has('dropHints') || isLost(id)) return never();
  await passes('acknowledged', text);
  if (wanted.scatterMs > 0)
    await new Promise((go) => setTimeout(go, Math.random() * wanted.scatterMs));
  if (wanted.duplicate) await original(channel, payload);
  return original(channel, payload);
});

/** All publishes of an entry share its fate: one to each person, and again for every repeat. */
function isLost(id) {
  if (wanted.losses > 0 && !wanted.lost.has(id)) {
    wanted.losses -= 1;
    wanted.lost.add(id);
  }
  return wanted.lost.has(id);
}

wrap(ioredis.Redis.prototype, 'publish', async function (original, channel, payload) {
  if (wanted.bugs.has('dropHints') && String(payload).includes('"kind":"behind"')) return 0;
  return original(channel, payload);
});
