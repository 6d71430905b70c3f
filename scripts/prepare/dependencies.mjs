import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './command.mjs';
import { oneAtATime } from './one-at-a-time.mjs';

const lockfile = join(root, 'package-lock.json');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.haggle-lock-hash');

/**
 * Installs what package-lock.json names unless it is there already.
 * Throws with npm's own output when npm fails.
 */
export async function ensureDependencies(progress) {
  if (dependenciesAreCurrent()) return;
  await oneAtATime(() => (dependenciesAreCurrent() ? undefined : install(progress)));
}

async function install(progress) {
  // The lock file wins over what a person may have in the folder: `ci`, never `install`.
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js')
    ? `"${process.execPath}" "${process.env.npm_execpath}"`
    : 'npm';
  const { code, output } = await progress.during('Installing dependencies', () =>
    run(`${npm} ci --no-audit --no-fund`, {
      // Servers are looked for when they are needed, with their own progress and message.
      env: { ...process.env, MONGOMS_DISABLE_POSTINSTALL: '1' },
    }),
  );
  if (code !== 0) throw new Error(`npm ci failed:\n${output.trimEnd()}`);
  writeFileSync(stamp, lockHash());
}

function dependenciesAreCurrent() {
  if (!existsSync(modules)) return false;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()) return true;
  if (!installedMatchesLock()) return false;
  writeFileSync(stamp, lockHash());
  return true;
}

function lockHash() {
  return createHash('sha256').update(readFileSync(lockfile)).digest('hex');
}

/** A folder filled by hand (`npm ci`, `npm install`) is as good as one filled here. */
function installedMatchesLock() {
  try {
    const wanted = JSON.parse(readFileSync(lockfile, 'utf8')).packages;
    const present = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional, link }]) =>
        path === '' || optional || link || present[path]?.version === version,
    );
  } catch {
    return false;
  }
}
