import { existsSync } from 'node:fs';
import { run } from '../prepare/command.mjs';

/**
 * Sees to it that a browser here can draw Hangul: installs Debian's Nanum fonts when that needs nobody's consent (root,
 * apt-get). Resolves to why it cannot be drawn, or to nothing.
 */
export async function findHangulFont(progress, env = process.env) {
  if (await hasHangul(env)) return undefined;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return 'no font with Hangul, and not root on Debian to install one (fonts-nanum)';
  const { code } = await progress.during('Installing a Hangul font', () =>
    run('apt-get update && apt-get install -y --no-install-recommends fonts-nanum', {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    }),
  );
  if (await hasHangul(env)) return undefined;
  return `no font with Hangul, and apt-get could not install fonts-nanum (code ${code})`;
}

/** Where there is no fontconfig (macOS, Windows) the system has one. */
async function hasHangul(env) {
  if (process.platform !== 'linux') return true;
  const { output } = await run('fc-list :lang=ko', { env });
  return output.trim() !== '';
}
