import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Everything that is fetched or built lies here. */
export const cache = resolve(
  process.env.HAGGLE_CACHE ?? join(homedir(), '.cache', 'haggle'),
  'kubernetes',
);
mkdirSync(cache, { recursive: true });

const modules = {
  'kube-score': 'github.com/zegl/kube-score/cmd/kube-score@v1.20.0',
  promtool: 'github.com/prometheus/prometheus/cmd/promtool@v0.316.0',
};

/** Runs a shell command: what went wrong; undefined when nothing did. */
export function fault(cwd, command) {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: '1', GOFLAGS: '-buildvcs=false' },
  });
  return status === 0 ? undefined : `${command}\n${`${stdout}${stderr}`.trim().slice(-3_000)}`;
}

/** Runs a command whose failure leaves nothing to go on with. */
export function must(cwd, command) {
  const wrong = fault(cwd, command);
  if (wrong) throw new Error(wrong);
}

/** Path of a tool that exists as a Go module: built once, at the version above. */
export function builtTool(name) {
  const [, version] = modules[name].split('@');
  const folder = join(cache, `${name}-${version}`);
  const path = join(folder, name);
  if (!existsSync(path)) must(cache, `GOBIN=${folder} CGO_ENABLED=0 go install ${modules[name]}`);
  return path;
}
