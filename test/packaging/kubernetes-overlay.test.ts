import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Config } from '../../src/platform/config.js';
import { type Env, expectToStartWith, secretFiles, secrets } from './container-env.js';
import { envOf, readStages } from './dockerfile.js';
import { kustomized, ofChart, testRendered, type Manifest } from './kubernetes-tools.js';
import { installPythonTool, testWith } from './python-tool.js';

/** The oldest Kubernetes meant (the preStop sleep came with it) and the newest known. */
const KUBERNETES_VERSIONS = ['1.30', '1.37'];

interface Deployment extends Manifest {
  spec: {
    template: {
      metadata: { labels: Env };
      spec: {
        containers: {
          image: string;
          env: {
            name: string;
            value?: string;
            valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean } };
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

/** A copy, in which the local overlay has the key that its head says to make. */
const folder = mkdtempSync(join(tmpdir(), 'haggle-k8s-'));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync('k8s', folder, { recursive: true });
writeFileSync(join(folder, 'overlays/local/keys.pem'), secrets.JWT_KEYS ?? '');

const overlays = readdirSync('k8s/overlays').sort();
const rendered = new Map<string, Manifest[]>();
function overlay(name: string): Manifest[] {
  const known = rendered.get(name) ?? kustomized(join(folder, 'overlays', name));
  rendered.set(name, known);
  return known;
}

function find<T extends Manifest>(documents: Manifest[], kind: string, name: string): T {
  const found = documents.find((one) => one.kind === kind && one.metadata.name === name);
  if (!found) throw new Error(`There is no ${kind} ${name}`);
  return found as T;
}

/** What the process of a Deployment sees, its mounted files included. */
function configOf(documents: Manifest[], name: string, given: Env): Config {
  const { containers, volumes } = find<Deployment>(documents, 'Deployment', name).spec.template
    .spec;
  const [container] = containers;
  if (!container) throw new Error(`${name} has no container`);
  const env: Env = { ...envOf(readStages('Dockerfile').at(-1) ?? []) };
  for (const { configMapRef } of container.envFrom) {
    Object.assign(env, find(documents, 'ConfigMap', configMapRef.name).data);
  }
  for (const { name: setting, value, valueFrom } of container.env) {
    const secret = valueFrom?.secretKeyRef;
    if (value !== undefined) env[setting] = value;
    else if (secret && given[secret.key] !== undefined) env[setting] = given[secret.key] ?? '';
    else if (secret) expect(secret.optional).toBe(true);
  }
  const mounted = container.volumeMounts.flatMap(({ name: volume, mountPath, readOnly }) => {
    const secret = volumes.find((one) => one.name === volume)?.secret;
    if (!secret) return [];
    expect([secret.secretName, readOnly]).toEqual(['haggle-secrets', true]);
    return secret.items.map(({ key, path }) => [`${mountPath}/${path}`, given[key] ?? '']);
  });
  return expectToStartWith(env, Object.fromEntries(mounted) as Env);
}

const production: Env = { ...secrets, ...secretFiles };

describe('k8s/overlays', () => {
  testRendered('production pushes: the worker has both providers and the webhooks', () => {
    expect(configOf(overlay('production'), 'haggle-worker', production)).toMatchObject({
      fcm: { credentials: secretFiles.FCM_CREDENTIALS },
      webPush: { subject: 'mailto:push@market.example' },
      webhooks: { url: secrets.WEBHOOK_URL },
      publicUrl: 'https://market.example',
    });
  });

  testRendered('its gateway has the key that browsers subscribe with, and no more', () => {
    expect(configOf(overlay('production'), 'haggle-gateway', production)).toMatchObject({
      fcm: undefined,
      webPush: { subject: 'mailto:push@market.example' },
      webhooks: undefined,
    });
  });

  testRendered('production names its image by digest and lets in no pod that asks for more', () => {
    for (const name of ['haggle-gateway', 'haggle-worker']) {
      const [container] = find<Deployment>(overlay('production'), 'Deployment', name).spec.template
        .spec.containers;
      expect(container?.image).toMatch(/^registry\.example\/haggle@sha256:/);
    }
    expect(find(overlay('production'), 'Namespace', 'haggle').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });

  testRendered('compose.yaml gives its processes the same settings', () => {
    const { services } = parse(readFileSync('compose.yaml', 'utf8'), { merge: true }) as {
      services: Record<string, { command?: string[]; environment: Env }>;
    };
    const documents = overlay('production');
    const inKubernetes = (name: string) => {
      const [container] = find<Deployment>(documents, 'Deployment', name).spec.template.spec
        .containers;
      const config = find(documents, 'ConfigMap', container!.envFrom[0]!.configMapRef.name);
      return [...Object.keys(config.data ?? {}), ...container!.env.map((entry) => entry.name)];
    };
    const differences = (deployment: string, service: string) => {
      const here = new Set(inKubernetes(deployment));
      const there = new Set(Object.keys(services[service]!.environment));
      return {
        here: [...here].filter((name) => !there.has(name)).sort(),
        there: [...there].filter((name) => !here.has(name)).sort(),
      };
    };
    const [migration] = find<Deployment>(documents, 'Job', 'haggle-migrate').spec.template.spec
      .containers;
    expect(migration).toMatchObject({ command: services['migrate']?.command });
    // Compose has one Redis and no proxy in front; its mails go nowhere.
    const here = ['EMAIL_PROOF', 'MAIL_FROM', 'QUEUE_REDIS_URL', 'TRUST_PROXY'];
    // There nothing is in front that could bring a device to another gateway.
    expect(differences('haggle-gateway', 'gateway-1')).toEqual({ here, there: ['REBALANCE'] });
    // What tunes is a literal of the ConfigMap for those who want it, and passed on by Compose.
    const { there, ...rest } = differences('haggle-worker', 'worker');
    // It would tell a proxy, and nothing is in front of a worker.
    expect(rest).toEqual({ here: ['DRAIN_LEAD_SECONDS', ...here] });
    expect(there.filter((name) => !/^(FCM_URL$|PUSH_|WEBHOOK_)/.test(name))).toEqual([
      'IMAGE_BUCKET_PUBLIC_URL',
    ]);
  });

  testRendered('redis-cluster takes the address of a cluster, and reaches its nodes', () => {
    const documents = overlay('redis-cluster');
    const REDIS_URL = 'redis-cluster://haggle:password@one.redis:6379,two.redis:6379';
    const { redisUrl } = configOf(documents, 'haggle-gateway', { ...production, REDIS_URL });
    expect(redisUrl).toBe(REDIS_URL);
    const policy = find(documents, 'NetworkPolicy', 'haggle-to-servers');
    expect(JSON.stringify(policy.spec)).toContain('{"kubernetes.io/metadata.name":"redis"}');
  });

  testRendered('local brings its servers and its secret', () => {
    const documents = overlay('local');
    const secret = documents.find(({ kind }) => kind === 'Secret');
    const data: Env = Object.fromEntries(
      Object.entries(secret?.data ?? {}).map(
        ([name, value]) => [name, Buffer.from(value, 'base64').toString()] as const,
      ),
    );
    for (const name of ['haggle-gateway', 'haggle-worker']) {
      const config = configOf(documents, name, data);
      const hosts = [config.mongoUri, config.redisUrl].map((url) => new URL(url).hostname);
      for (const host of hosts) find(documents, 'Service', host);
    }
  });

  testRendered('all are in the namespace that they make', () => {
    for (const name of overlays)
      for (const { kind, metadata } of overlay(name))
        expect([kind, metadata.namespace]).toEqual([
          kind,
          kind === 'Namespace' ? undefined : 'haggle',
        ]);
  });

  const validator = installPythonTool('kubernetes-validate', '1.37.0');
  testWith(validator, 'all are what the Kubernetes schemas allow', (modules) => {
    // Kinds of others have no schema there: `npm run test:kubernetes` has theirs.
    const everything = overlays
      .flatMap(overlay)
      .filter(({ apiVersion }) => !/^(gateway\.|monitoring\.|keda\.)/.test(apiVersion));
    const written = join(folder, 'written');
    mkdirSync(written);
    // JSON is YAML, and so the validator's reading of anchors and types cannot differ from ours.
    const paths = everything.map((document, index) => {
      const path = join(written, `${index}.yaml`);
      writeFileSync(path, JSON.stringify(document));
      return path;
    });
    const wanted = KUBERNETES_VERSIONS.flatMap((version) => ['-k', version]);
    const run = spawnSync(
      'python3',
      ['-m', 'kubernetes_validate', '--strict', ...wanted, ...paths],
      { encoding: 'utf8', env: { ...process.env, PYTHONPATH: modules } },
    );
    const lines = run.stdout.trim().split('\n');
    // A kind without a schema is only a warning there: so the passes are counted.
    expect(lines.filter((line) => !line.includes(' passed for resource '))).toEqual([]);
    expect(lines).toHaveLength(everything.length * KUBERNETES_VERSIONS.length);
    expect(run.status).toBe(0);
  });
});

describe('the Helm chart', () => {
  testRendered('is what k8s/base and the components were rendered from', () => {
    const { stderr, status } = spawnSync(
      process.execPath,
      ['scripts/kubernetes/render.mjs', '--check'],
      { encoding: 'utf8' },
    );
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });

  /** What names and order say differently in the two: a hash of the settings, and nothing else. */
  const alike = (documents: Manifest[]): unknown[] =>
    documents
      .map((document) => {
        const text = JSON.stringify(document).replace(
          /haggle-settings-[0-9a-z]{10}/g,
          'haggle-settings',
        );
        const { spec, ...rest } = JSON.parse(text) as Deployment;
        delete (spec?.template?.metadata as Partial<Manifest['metadata']> | undefined)?.annotations;
        delete rest.metadata.namespace;
        return { ...rest, spec };
      })
      .sort((one, other) => key(one).localeCompare(key(other)));
  const key = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;

  const switches = {
    fcm: 'push.fcm=true',
    'web-push': 'push.webPush=true',
    'http-route': 'route.enabled=true',
    ingress: 'ingress.enabled=true',
    monitoring: 'monitoring.enabled=true',
    'pod-metrics': 'gateway.podMetrics=true',
    keda: 'worker.keda.enabled=true',
  };

  test('has a switch for every component', () => {
    expect(Object.keys(switches).sort()).toEqual(readdirSync('k8s/components').sort());
  });

  testRendered('makes of each switch what the component of kustomize makes', () => {
    for (const [component, value] of [['', ''], ...Object.entries(switches)]) {
      const at = join(folder, 'one');
      rmSync(at, { recursive: true, force: true });
      mkdirSync(at);
      const components = component ? [`../components/${component}`] : [];
      writeFileSync(
        join(at, 'kustomization.yaml'),
        JSON.stringify({ resources: ['../base'], components }),
      );
      const chart = ofChart(...(value ? [value] : []));
      expect(alike(kustomized(at))).toEqual(alike(chart));
    }
  });
});
