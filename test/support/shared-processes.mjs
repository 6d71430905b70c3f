import { execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import mongoose from 'mongoose';

/** What shared processes log, a file each; looked through when all tests are over. */
export const logs = mkdtempSync(join(tmpdir(), 'haggle-logs-'));
const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Before all test files: makes the key of the run (`TEST_SIGNING_KEY`), and keeps what files share as long as it lasts.
 * The first file that asks has it made, all get the same answer; nobody asks, nothing is made.
 * `POST /cluster?of=...` with the entry and the settings of each process: a started cluster, whose processes leave when
 * our end closes their channels.
 * `POST /client`: the client library is built into client/dist.
 * `POST /migrate` with the address of a database: it is brought to this version, each time somebody asks.
 * `POST /database` with an address: a database that somebody gave back, or else the one of this address, migrated.
 * `POST /give-back` with the address of a database: it is emptied for the next who asks.
 * `POST /drop` with the address of a database: it is dropped.
 */
export default async function openToTestFiles() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  process.env.TEST_SIGNING_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const made = {};
  const makers = {
    '/cluster': async (processes) => {
      await migrate({ uri: processes[0].settings.MONGODB_URI });
      return { processes, ports: await Promise.all(processes.map(startProcess)) };
    },
    '/client': () => promisify(execFile)('npm', ['run', '-s', 'build:client'], { cwd: root }),
  };
  const each = {
    '/migrate': migrate,
    '/database': takeDatabase,
    '/give-back': giveBack,
    '/drop': (asked) => inDatabase(asked, (db) => db.dropDatabase()),
  };
  const answer = (url, asked) =>
    each[url]?.(asked) ?? (made[url] ??= makers[url.split('?')[0]](asked));
  const door = createServer(async (request, response) => {
    const { url } = request;
    // A connection that is kept would be closed, in time, just when a file uses it again.
    response.setHeader('connection', 'close');
    const asked = await json(request);
    try {
      response.end(JSON.stringify(await answer(url, asked)));
    } catch (error) {
      response.writeHead(500).end(error.message);
    }
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  door.unref();
  process.env.TEST_SHARED_PROCESSES = `http://127.0.0.1:${door.address().port}`;
}

/** By the compiled code, which is loaded once for all files. */
async function migrate({ uri }) {
  const { migrateDatabase } = await import('../../dist/src/migrations/migrate.js');
  return migrateDatabase(uri);
}

/** Empty databases of this version: to make their collections and indexes takes MongoDB twenty times as long as to empty them. */
const givenBack = [];
/** One with more documents than this is dropped faster than they are deleted. */
const worthEmptying = 5_000;

async function takeDatabase({ uri }) {
  const empty = givenBack.pop();
  if (!empty) await migrate({ uri });
  return { uri: empty ?? uri };
}

function giveBack({ uri }) {
  return inDatabase({ uri }, async (db) => {
    if ((await db.stats()).objects > worthEmptying) return db.dropDatabase();
    const names = (await db.collections()).map(({ collectionName }) => collectionName);
    // It remembers its migrations.
    await Promise.all(names.filter((name) => name !== 'migrations').map((name) => empty(db, name)));
    return givenBack.push(uri);
  });
}

async function empty(db, name) {
  const { deletedCount } = await db.collection(name).deleteMany();
  // How MongoDB answers a query depends on what was there when it was asked first.
  if (deletedCount > 0) await db.command({ planCacheClear: name });
}

async function inDatabase({ uri }, work) {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    await work(connection.db);
  } finally {
    await connection.close();
  }
  return {};
}

/** Resolves to its port; a worker has none. */
async function startProcess({ entry, settings }) {
  const log = openSync(join(logs, `${settings.REDIS_PREFIX}-${settings.NODE_ID}`), 'a');
  const child = spawn(process.execPath, [entry], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: '0', ...settings },
    stdio: ['ignore', log, log, 'ipc'],
  });
  child.unref();
  child.channel.unref();
  const ended = once(child, 'exit').then(() => {
    throw new Error(`the shared ${settings.NODE_ID} ended before it was ready`);
  });
  for (;;) {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    if (message.type === 'ready') return message.port;
  }
}
