import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Config } from '../../src/platform/config.js';
import { type Env, expectToStartWith, secretFiles, secrets } from './container-env.js';
import { envOf, readStages } from './dockerfile.js';

/** The overlay that k8s/README.md shows, with both components: what a cluster gets that pushes. */

interface Manifest {
  kind: string;
  metadata: { name: string; labels: Env; namespace?: string };
  data?: Env;
}
interface Deployment extends Manifest {
  spec: {
    template: {
      spec: {
        containers: {
          image: string;
          env: {
            name: string;
            value?: string;
            valueFrom?: { secretKeyRef?: { key: string } };
          }[];
          envFrom: { configMapRef: { name: string } }[];
          volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
        }[];
        volumes: {
          name: string;
          secret?: { secretName: string; items: { key: string; path: string }[] };
        }[];
      };
    };
  };
}
interface NetworkPolicy extends Manifest {
  spec: { podSelector: { matchLabels: Env } };
}

const given: Env = { ...secrets, ...secretFiles };
const folder = mkdtempSync(join(tmpdir(), 'haggle-overlay-'));
afterAll(() => rmSync(folder, { recursive: true }));

function writeOverlay(): string {
  const readme = readFileSync('k8s/README.md', 'utf8');
  const overlay = join(folder, 'overlays', 'yours');
  mkdirSync(overlay, { recursive: true });
  cpSync('k8s', join(folder, 'k8s'), { recursive: true });
  for (const [, name = '', text = ''] of readme.matchAll(
    /^```yaml\n# overlays\/yours\/(\S+)\n([^]*?)^```$/gm,
  )) {
    writeFileSync(join(overlay, name), text);
  }
  return overlay;
}

const kubectl = spawnSync('kubectl', ['kustomize', writeOverlay()], { encoding: 'utf8' });
const rendered = parseAllDocuments(kubectl.stdout ?? '').map(
  (document) => document.toJS() as Manifest,
);

function find<T extends Manifest>(kind: string, name: string): T {
  const found = rendered.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}`);
  return found as T;
}

/** What the process of a Deployment sees, its mounted files included. */
function configOf(name: string): Config {
  const { containers, volumes } = find<Deployment>('Deployment', name).spec.template.spec;
  const [container] = containers;
  if (!container) throw new Error(`${name} has no container`);
  const env: Env = { ...envOf(readStages('Dockerfile').at(-1) ?? []) };
  for (const { configMapRef } of container.envFrom) {
    Object.assign(env, find('ConfigMap', configMapRef.name).data);
  }
  for (const { name: setting, value, valueFrom } of container.env) {
    const key = valueFrom?.secretKeyRef?.key;
    if (value !== undefined) env[setting] = value;
    else if (key) env[setting] = given[key] ?? '';
  }
  const mounted = container.volumeMounts.flatMap(({ name: volume, mountPath, readOnly }) => {
    const secret = volumes.find((one) => one.name === volume)?.secret;
    if (!secret) return [];
    expect([secret.secretName, readOnly]).toEqual(['haggle-secrets', true]);
    return secret.items.map(({ key, path }) => [`${mountPath}/${path}`, given[key] ?? '']);
  });
  return expectToStartWith(env, Object.fromEntries(mounted) as Env);
}

const testRendered = kubectl.error ? test.skip : test;

describe(`the overlay of k8s/README.md${kubectl.error ? ' (skipped: no kubectl)' : ''}`, () => {
  testRendered('renders', () => {
    expect(kubectl.stderr).toBe('');
    for (const { metadata } of rendered) expect(metadata.namespace).toBe('haggle');
  });

  const webPush = { subject: 'mailto:push@market.example' };

  testRendered('gives the worker both push providers and the webhooks', () => {
    expect(configOf('haggle-worker')).toMatchObject({
      fcm: { credentials: secretFiles.FCM_CREDENTIALS },
      webPush,
      webhooks: { url: secrets.WEBHOOK_URL },
      publicUrl: 'https://market.example',
    });
  });

  testRendered('gives the gateway the key that browsers subscribe with, and no more', () => {
    expect(configOf('haggle-gateway')).toMatchObject({
      fcm: undefined,
      webPush,
      webhooks: undefined,
    });
  });

  testRendered('opens the way to push services for the workers', () => {
    const policy = find<NetworkPolicy>('NetworkPolicy', 'haggle-worker-to-push-services');
    const worker = find<Deployment>('Deployment', 'haggle-worker');
    expect(worker.metadata.labels).toMatchObject(policy.spec.podSelector.matchLabels);
  });
});
