import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../prepare/command.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Finds a Chromium for the browser tests, or installs Debian's when that needs nobody's consent (root, apt-get).
 * Resolves to `{ path }`, or to `{ reason }` why there is none.
 */
export async function findChromium(progress, env = process.env) {
  if (env.CHROMIUM_PATH) {
    if (isExecutable(env.CHROMIUM_PATH)) return { path: env.CHROMIUM_PATH };
    return { reason: 'CHROMIUM_PATH does not name a program' };
  }
  const found = onPath(env);
  if (found) return { path: found };
  if (process.getuid?.() !== 0)
    return { reason: 'no Chromium on PATH, and not root to install it' };
  if (!existsSync('/etc/debian_version') || !isExecutable('/usr/bin/apt-get'))
    return { reason: 'no Chromium on PATH, and this is not Debian with apt-get' };
  const { code, output } = await progress.during('Installing Chromium', () =>
    run('apt-get update && apt-get install -y --no-install-recommends chromium', {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    }),
  );
  const installed = onPath(env);
  if (installed) return { path: installed };
  const last = output.trimEnd().split('\n').at(-1);
  return {
    reason: `no Chromium on PATH, and apt-get could not install it (code ${code}): ${last}`,
  };
}

function onPath(env) {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
