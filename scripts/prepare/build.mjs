import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root, run } from './command.mjs';
import { oneAtATime } from './one-at-a-time.mjs';

const dist = join(root, 'dist');
const stamp = join(dist, '.haggle-source-hash');
const sources = [
  'src',
  'workers',
  'cli',
  'scripts',
  'bench',
  'client',
  'web',
  'test/support/chaos',
  'test/environment',
];
const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'];

/**
 * Runs the `build` script of package.json when a source changed since the last build that succeeded.
 * Resolves to undefined, or to the output of the build when it failed.
 */
export async function ensureBuild(progress) {
  if (isCurrent(sourceHash())) return undefined;
  return oneAtATime(() => build(progress));
}

async function build(progress) {
  const hash = sourceHash();
  if (isCurrent(hash)) return undefined;
  rmSync(stamp, { force: true });
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { code, output } = await progress.during('Building', () => run(scripts.build));
  if (code !== 0) return output.trimEnd();
  mkdirSync(dist, { recursive: true });
  writeFileSync(stamp, hash);
  return undefined;
}

function isCurrent(hash) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

/** Contents, not times: a checkout or a copy of the folder changes only the latter. */
function sourceHash() {
  const hash = createHash('sha256');
  const files = [
    ...settings.map((name) => join(root, name)),
    ...sources.flatMap((folder) => filesBelow(join(root, folder))),
  ];
  // The client is built on demand, beside its sources.
  const own = files.filter((path) => !path.startsWith(join(root, 'client', 'dist')));
  for (const file of own.filter((path) => existsSync(path)))
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.includes(`${sep}node_modules${sep}`))
    .sort();
}
