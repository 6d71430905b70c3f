import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';

/** A registry for npm that has what this repository has installed and nothing else, so that a test needs no network. */
export async function startRegistry(): Promise<{ url: string; stop(): void }> {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const foldersOf = (name: string) =>
    Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));

  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(request.url!.slice(1));
    const answer = path.startsWith('tarballs/')
      ? tarballOf(path.slice('tarballs/'.length))
      : describe(path);
    answer.then(
      (body) => response.end(body),
      () => response.writeHead(404).end('{}'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function describe(name: string): Promise<string> {
    const folders = foldersOf(name);
    if (folders.length === 0) throw new Error(`${name} is not installed`);
    const versions = await Promise.all(
      folders.map(async (folder) => {
        const manifest = JSON.parse(await readFile(`${folder}/package.json`, 'utf8')) as object;
        const tarball = `${url}/tarballs/${encodeURIComponent(folder)}`;
        return [packages[folder]!.version, { ...manifest, dist: { tarball } }] as const;
      }),
    );
    const latest = versions[0]![0];
    return JSON.stringify({
      name,
      versions: Object.fromEntries(versions),
      'dist-tags': { latest },
    });
  }

  async function tarballOf(folder: string): Promise<Buffer> {
    // npm takes off the first folder, whatever its name is.
    const parts = ['-czf', '-', '--exclude=node_modules', '-C', dirname(folder), basename(folder)];
    const { stdout } = await promisify(execFile)('tar', parts, {
      encoding: 'buffer',
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  return {
    url,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
