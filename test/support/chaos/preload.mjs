/**
 * Loaded before the code of a gateway or worker, this is what makes it a build for tests: it wraps the methods of the
 * database driver and of the Redis client, and does what the test says over the IPC channel. The product has no hook of
 * its own, so its code under test is what ships. It is built into one file with the product: only so it meets the same
 * driver and client.
 */
import ioredis from 'ioredis';
import mongoose from 'mongoose';
import { fromStoredId, numberedId, readNumberedId } from '../../../src/platform/stored-ids.ts';

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

const { Binary, Collection, Db } = mongoose.mongo;
const log = 'messages';
const isLog = (collection) => collection.collectionName === log;

for (const name of ['insertMany', 'insertOne', 'bulkWrite'])
  wrap(Collection.prototype, name, async function (original, writes, ...rest) {
    if (this.collectionName === 'sanctions') await passes('sanctioning', JSON.stringify(writes));
    return original(writes, ...rest);
  });

/** The log is written by the bare command. */
wrap(Db.prototype, 'command', async function (original, command, ...rest) {
  if (command.update === 'inbox' && wanted.bugs.has('lagProjections')) {
    const updates = withoutProjections(command.updates);
    if (updates.length === 0) return { ok: 1, n: 0 };
    return original({ ...command, updates }, ...rest);
  }
  if (command.insert !== log) return original(command, ...rest);
  const entries = command.documents;
  if (wanted.bugs.has('skipSeq') && placeOf(entries[0]).seq > 1) moveOn(entries[0]);
  const text = JSON.stringify(entries, readable);
  await passes('storing', text);
  const result = await original(command, ...rest);
  if (wanted.bugs.has('insertTwice')) await storeAgain(this.collection(log), entries[0]);
  await passes('stored', text);
  return result;
});

const placeOf = ({ _id }) => {
  const { id, number } = readNumberedId(_id);
  return { conversationId: id, seq: number };
};

function moveOn(entry) {
  const { conversationId, seq } = placeOf(entry);
  entry._id = numberedId(conversationId, seq + 1);
}

/** Ids as their text, so that a test can name what it waits for. */
function readable(key, value) {
  const stored = this[key];
  return stored instanceof Binary && key !== '_id' ? fromStoredId(stored) : value;
}

/** The question for a mark is what the telling of a change begins with. */
wrap(Collection.prototype, 'findOne', async function (original, filter, options, ...rest) {
  if (options?.projection?.refresh) await passes('refreshing', JSON.stringify(filter));
  return original(filter, options, ...rest);
});

/** The same intent under another id, as if a retry had not been recognised. */
function storeAgain(collection, entry) {
  const again = { ...entry, clientMessageId: `${fromStoredId(entry.clientMessageId)}-again` };
  moveOn(again);
  return collection.insertOne(again);
}

/** Leaves out of a write whatever would bring an inbox row up to the log. */
/** What of these updates of the inbox does not follow the log. */
const withoutProjections = (updates) =>
  updates.filter(({ q }) => q.lastSeq === undefined && q.shownSeq === undefined);

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
  const ids = [...new Set(entries.map((entry) => placeOf(entry).conversationId))];
  const rows = await inbox.find({ conversationId: { $in: ids } }).toArray();
  const last = new Map(rows.map((row) => [row.conversationId, row.lastSeq]));
  return entries.filter((entry) => {
    const { conversationId, seq } = placeOf(entry);
    return seq <= (last.get(conversationId) ?? 0);
  });
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
