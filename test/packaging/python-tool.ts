import { test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Checkers that exist on PyPI only. Each is installed once, at exactly the named version, into a folder of its own below
 * the cache (`HAGGLE_CACHE`, else `~/.cache/haggle`), so that the tests need nothing that was installed by hand.
 */
export interface PythonTool {
  name: string;
  /** Folder with the modules and `bin/`; undefined when it could not be installed. */
  folder: string | undefined;
  /** Why `folder` is undefined, in a sentence. */
  missing: string;
}

const INSTALL_DEADLINE_MS = 180_000;

export function installPythonTool(name: string, version: string): PythonTool {
  const python = spawnSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  if (python.status !== 0) return { name, folder: undefined, missing: 'there is no python3' };

  // Some wheels hold compiled code, so the folder is good for one Python and one kind of machine.
  const build = `py${python.stdout.trim()}-${process.platform}-${process.arch}`;
  const cache = join(process.env.HAGGLE_CACHE ?? join(homedir(), '.cache', 'haggle'), 'python');
  const folder = join(cache, `${name}-${version}-${build}`);
  if (existsSync(folder)) return { name, folder, missing: '' };

  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  try {
    const pip = spawnSync(
      'python3',
      [
        ...['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'],
        ...['--retries', '2', '--timeout', '15', '--only-binary', ':all:', '--target', unfinished],
        `${name}==${version}`,
      ],
      {
        encoding: 'utf8',
        timeout: INSTALL_DEADLINE_MS,
        env: { ...process.env, PIP_USER: '0', PIP_ROOT_USER_ACTION: 'ignore' },
      },
    );
    if (pip.status !== 0) {
      const why = pip.stderr.trim().split('\n').at(-1) || 'pip did not end in time';
      return { name, folder: undefined, missing: `pip could not install ${name} (${why})` };
    }
    // Renamed only when whole: a second test process must never see half of it. Whoever is first wins.
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
    return { name, folder, missing: '' };
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** A test that needs the tool: skipped aloud on a machine that cannot have it, failed where nobody would read that. */
export function testWith(tool: PythonTool, title: string, body: (folder: string) => void): void {
  const { folder, missing } = tool;
  if (folder !== undefined) return test(title, () => body(folder));
  if (process.env.CI === 'true') {
    return test(title, () => {
      throw new Error(`Not checked: ${missing}.`);
    });
  }
  console.warn(`Not checked: ${title}, since ${missing}.`);
  test.skip(`${title} (skipped: ${missing})`, () => undefined);
}
