import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from '../prepare/command.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** The same without windows: it takes two thirds of the processor time, and knows no notifications. */
const SHELLS = ['chromium-headless-shell'];

/**
 * Finds a Chromium for the browser tests, or installs Debian's when that needs nobody's consent (root, apt-get).
 * Resolves to `{ path, shell }`, where the shell may be missing, or to `{ reason }` why there is none.
 */
export async function findChromium(progress, env = process.env) {
  if (env.CHROMIUM_PATH) {
    if (isExecutable(env.CHROMIUM_PATH)) return { path: env.CHROMIUM_PATH };
    return { reason: 'CHROMIUM_PATH does not name a program' };
  }
  const found = onPath(NAMES, env);
  const shell = onPath(SHELLS, env);
  if (found && shell) return { path: found, shell };
  const hindrance = whyNotInstalled();
  if (hindrance)
    return found ? { path: found } : { reason: `no Chromium on PATH, and ${hindrance}` };
  const install = 'apt-get install -y --no-install-recommends chromium';
  const { code, output } = await progress.during('Installing Chromium', () =>
    // Both at once, since they must be of one version; older Debians have no shell.
    run(`apt-get update && (${install} ${SHELLS[0]} || ${install})`, {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    }),
  );
  const installed = onPath(NAMES, env);
  if (installed) return { path: installed, shell: onPath(SHELLS, env) };
  const last = output.trimEnd().split('\n').at(-1);
  return {
    reason: `no Chromium on PATH, and apt-get could not install it (code ${code}): ${last}`,
  };
}

/** Undefined: it can be installed. */
function whyNotInstalled() {
  if (process.getuid?.() !== 0) return 'not root to install it';
  if (!existsSync('/etc/debian_version') || !isExecutable('/usr/bin/apt-get'))
    return 'this is not Debian with apt-get';
  return undefined;
}

function onPath(names, env) {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => names.map((name) => join(folder, name)))
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
