import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../scripts/project-root.js';
import type { Build } from './peers/haggle/nodes.js';

const run = promisify(execFile);

/** Another build of the product, and how to remove what was made for it. */
export interface Against {
  build: Build;
  remove: () => Promise<void>;
}

/**
 * Finds or makes the build to compare with. `wanted` is a commit, which is checked out into a temporary folder and built
 * there, or the folder of a checkout that is built already. Throws when there is neither, or when its build fails.
 */
export async function buildAgainst(
  wanted: string,
  progress: (line: string) => void,
): Promise<Against> {
  const folder = resolve(wanted);
  if (existsSync(join(folder, 'dist', 'src', 'main.js')))
    return {
      build: { name: `Haggle in ${basename(folder)}`, root: folder },
      remove: () => Promise.resolve(),
    };
  const commit = await shortName(wanted);
  const root = mkdtempSync(join(tmpdir(), `haggle-${commit}-`));
  const remove = async () => {
    rmSync(root, { recursive: true, force: true });
    await run('git', ['worktree', 'prune'], { cwd: projectRoot });
  };
  try {
    await run('git', ['worktree', 'add', '--detach', root, commit], { cwd: projectRoot });
    progress(`building ${commit} …`);
    const env = { ...process.env, MONGOMS_DISABLE_POSTINSTALL: '1' };
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root, env });
    await run('npm', ['run', 'build'], { cwd: root, env });
    return { build: { name: `Haggle ${commit}`, root }, remove };
  } catch (error) {
    await remove();
    throw new Error(`${commit} could not be built: ${outputOf(error)}`);
  }
}

async function shortName(wanted: string): Promise<string> {
  try {
    const asked = ['rev-parse', '--short=7', '--verify', '--quiet', `${wanted}^{commit}`];
    const { stdout } = await run('git', asked, { cwd: projectRoot });
    return stdout.trim();
  } catch {
    throw new Error(`"${wanted}" is neither a commit of this repository nor a folder with a build`);
  }
}

function outputOf(error: unknown): string {
  const { stdout, stderr } = error as { stdout?: string; stderr?: string };
  return `${stdout ?? ''}${stderr ?? ''}`.trim().slice(-2_000) || String(error);
}
