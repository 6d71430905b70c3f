import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Everything that is fetched or made lies here: GENERATORS_CACHE, or a folder among the temporary ones. */
export const cache = resolve(process.env.GENERATORS_CACHE ?? join(tmpdir(), 'haggle-generators'));
export const documents = join(cache, 'documents');
export const document = (name) => join(documents, `${name}.json`);
export const calls = (file) => resolve('scripts/generators/calls', file);

/** An empty folder of this name. */
export function emptyFolder(name) {
  const folder = join(cache, 'made', name.replace(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Runs a shell command: what went wrong; undefined when nothing did. */
export function fault(cwd, command) {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: '1', GOFLAGS: '-mod=mod' },
  });
  return status === 0 ? undefined : `${command}\n${`${stdout}${stderr}`.trim().slice(-3_000)}`;
}

/** Runs a command whose failure leaves nothing to go on with. */
export function must(cwd, command) {
  const wrong = fault(cwd, command);
  if (wrong) throw new Error(wrong);
}
