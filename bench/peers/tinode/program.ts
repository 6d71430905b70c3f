import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../scripts/servers/cache-folder.js';

const run = promisify(execFile);

export const version = '0.22.13';
const module = `github.com/tinode/chat@v${version}`;
/** What Go's checksum database says of this version. */
const checksum = 'h1:Qrx9+ks6glQTNkCsmgaEYneLqloQtNcd6OmAmWNtmnU=';

/** The server, and the program that creates its database. */
export interface Programs {
  server: string;
  createDatabase: string;
}

/**
 * Finds the programs among what earlier runs built, or builds them with the MongoDB adapter from Go's module proxy.
 * Throws with one line that says why there are none.
 */
export async function findTinode(progress: (line: string) => void): Promise<Programs> {
  const folder = join(cacheFolder(process.env), `tinode-${version}`);
  const programs = { server: join(folder, 'server'), createDatabase: join(folder, 'tinode-db') };
  if (existsSync(programs.server) && existsSync(programs.createDatabase)) return programs;
  await run('go', ['version']).catch(() => {
    throw new Error('Go, which builds it, is not installed');
  });
  progress(`building Tinode ${version} …`);
  const sources = mkdtempSync(join(tmpdir(), 'tinode-'));
  try {
    // In a folder of its own: there is no go.mod here that it could belong to.
    const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: sources });
    const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
    if (Sum !== checksum) throw new Error(`the download has another checksum: ${Sum}`);
    // Its own go.sum pins what it is built of. A module in Go's cache cannot be written to.
    cpSync(Dir, join(sources, 'chat'), { recursive: true });
    await run('chmod', ['-R', 'u+w', sources]);
    const build = ['build', '-tags', 'mongodb', '-o', `${folder}/`, './server', './tinode-db'];
    await run('go', build, { cwd: join(sources, 'chat'), maxBuffer: 2 ** 24 });
    return programs;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const why = (stderr ?? '').trim() || (error as Error).message;
    throw new Error(`it could not be built: ${why.split('\n').at(-1)}`);
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
}
