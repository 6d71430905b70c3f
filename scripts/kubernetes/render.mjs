#!/usr/bin/env node
/**
 * `npm run render:kubernetes`: writes what of k8s/base and k8s/components is a rendering of the Helm chart, the one
 * source of all manifests. With --check it writes nothing and fails when a file differs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { kubernetesTools } from './tools.mjs';

const { helm } = kubernetesTools();
const chart = 'k8s/chart';
const head = '# Rendered from k8s/chart by `npm run render:kubernetes`: change it there.\n';

/** Documents of the chart with these values set, as text with their comments. */
function render(...values) {
  const sets = values.flatMap((value) => ['--set', value]);
  const args = ['template', 'haggle', chart, '--namespace', 'haggle', ...sets];
  // What it says beside the text is said with the failure.
  return execFileSync(helm, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    .split(/^---\n/m)
    .map((text) =>
      text
        .replace(/^# Source: .*\n/, '')
        // The base's ConfigMap has a hash in its name for that.
        .replace(/^ +annotations:\n +checksum\/settings: .*\n/m, '')
        .replace(/\n\s*\n/g, '\n')
        .trim(),
    )
    .filter((text) => /^kind: /m.test(text));
}

const isSettings = (text) =>
  text.includes('\nkind: ConfigMap\n') && text.includes('haggle-settings');
const settingsOf = (text) =>
  text
    .slice(text.indexOf('\ndata:\n') + 7)
    .split('\n')
    .map((line) => line.trim().replace(/^(\w+): (['"]?)(.*)\2$/, '$1=$3'))
    .join('\n');
const file = (documents) => `${head}---\n${documents.join('\n---\n')}\n`;

const base = render();
/** What the chart has more with a value set. */
const added = (value) => render(value).filter((text) => !base.includes(text) && !isSettings(text));

const files = {
  'k8s/base/rendered.yaml': file(base.filter((text) => !isSettings(text))),
  'k8s/base/settings.env': `${head}${settingsOf(base.find(isSettings))}\n`,
  'k8s/components/http-route/rendered.yaml': file(added('route.enabled=true')),
  'k8s/components/ingress/rendered.yaml': file(added('ingress.enabled=true')),
  'k8s/components/monitoring/rendered.yaml': file(added('monitoring.enabled=true')),
  'k8s/components/keda/rendered.yaml': file(
    added('worker.keda.enabled=true').filter((text) => text.includes('kind: ScaledObject')),
  ),
};

const old = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
const stale = Object.entries(files).filter(([path, text]) => old(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is not what the chart renders`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) writeFileSync(path, text);
  console.log(`${stale.length} of ${Object.keys(files).length} files written`);
}
