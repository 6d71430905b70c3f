#!/usr/bin/env node
/**
 * `npm run test:kubernetes`: what of the manifests takes longer to check than `npm test` may take. Lints the chart, scores
 * every overlay, holds the kinds of others against their schemas, and applies everything to a real API server, which is
 * built on the way. Prints one table and fails when anything in it does. Needs go and python3; the first run takes half
 * an hour and some gigabytes, most of it for the API server.
 *
 *   --only=score,lint    rows whose name has one of these words
 */
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generateKeyPairSync } from 'node:crypto';
import { applyToServer } from './kubernetes/api-server.mjs';
import { builtTool, cache, fault } from './kubernetes/built-tools.mjs';
import { faultsOfSchemas } from './kubernetes/schemas.mjs';
import { kubernetesTools } from './kubernetes/tools.mjs';

const { values: given } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const words = given.only.toLowerCase().split(',').filter(Boolean);
const { helm, kubectl } = kubernetesTools();

/** A copy, in which the local overlay has the key that its head says to make. */
const copy = join(cache, 'manifests');
rmSync(copy, { recursive: true, force: true });
mkdirSync(copy, { recursive: true });
cpSync('k8s', copy, { recursive: true });
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
writeFileSync(join(copy, 'overlays/local/keys.pem'), key.export({ type: 'pkcs8', format: 'pem' }));
const overlays = readdirSync('k8s/overlays');
const rendered = (overlay) => join(cache, `${overlay}.yaml`);
for (const overlay of overlays) {
  const wrong = fault(copy, `${kubectl} kustomize overlays/${overlay} > ${rendered(overlay)}`);
  if (wrong) throw new Error(wrong);
}

/** What kube-score asks for and these manifests do otherwise, with the reason. */
const otherwise = {
  'container-image-pull-policy': 'images are named by digest or version, which does not move',
  'container-resources': 'no CPU limit: throttling stops the event loop, and with it every socket',
  'container-security-context-user-group-id': '1000 is the user of the image',
  'deployment-has-host-podantiaffinity':
    'topologySpreadConstraints spread pods, and let them start',
  'deployment-replicas': 'of the workers one acts and one stands by',
};

const rows = [];
const check = async (name, work) => {
  if (words.length > 0 && !words.some((word) => name.includes(word))) return;
  const wrong = await work();
  rows.push({ check: name, clean: wrong === undefined ? 'yes' : 'no' });
  console.log(`${name}: ${wrong ?? 'clean'}`);
};

await check('lint of the chart', () =>
  fault('.', `${helm} lint --strict --quiet k8s/chart --set image.digest=sha256:${'0'.repeat(64)}`),
);
await check('lint refuses a wrong value', () =>
  fault('.', `${helm} lint k8s/chart --set gateway.minReplicas=1`) ? undefined : 'it was taken',
);
for (const overlay of overlays) {
  // The servers of the local one are to try things on, and are not judged.
  if (overlay !== 'local')
    await check(`score of ${overlay}`, () => {
      const ignored = Object.keys(otherwise).map((test) => `--ignore-test ${test}`);
      const options = '--output-format ci --exit-one-on-warning --kubernetes-version v1.37';
      const score = `${builtTool('kube-score')} score ${options} ${ignored.join(' ')}`;
      return fault('.', `${score} ${rendered(overlay)}`);
    });
  await check(`schemas of others in ${overlay}`, () => faultsOfSchemas(rendered(overlay)));
}
await check('alert rules', () => {
  const promtool = builtTool('promtool');
  return fault(
    'deploy/observability',
    `${promtool} check rules --lint=all --lint-fatal alerts.yaml && ${promtool} test rules alerts.test.yaml`,
  );
});
await check('a real API server', () =>
  applyToServer({ kubectl, helm, overlays: overlays.map((name) => resolve(rendered(name))) }),
);

console.table(rows);
process.exitCode = rows.length > 0 && rows.every(({ clean }) => clean === 'yes') ? 0 : 1;
