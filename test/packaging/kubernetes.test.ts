import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { type Env, expectToStart, secrets } from './container-env.js';
import { envOf, readStages } from './dockerfile.js';
import { installPythonTool, testWith } from './python-tool.js';

/** The oldest Kubernetes meant (the preStop sleep came with it) and the newest known. */
const KUBERNETES_VERSIONS = ['1.30', '1.37'];

interface Probe {
  httpGet: { path: string; port: string };
  periodSeconds: number;
  failureThreshold: number;
}
interface EnvEntry {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: { name: string; key: string; optional?: boolean };
    fieldRef?: { fieldPath: string };
  };
}
interface Container {
  name: string;
  image: string;
  command: string[];
  env: EnvEntry[];
  envFrom: { configMapRef: { name: string } }[];
  ports: { name: string; containerPort: number }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  resources: { requests: Env; limits: Env };
  securityContext: object;
  volumeMounts: { mountPath: string }[];
}
interface Labelled {
  labels: Env;
}
interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  automountServiceAccountToken?: boolean;
  spec?: unknown;
}
interface Deployment extends Manifest {
  spec: {
    replicas?: number;
    strategy: object;
    selector: { matchLabels: Env };
    template: {
      metadata: Labelled;
      spec: {
        serviceAccountName: string;
        automountServiceAccountToken: boolean;
        enableServiceLinks: boolean;
        terminationGracePeriodSeconds: number;
        securityContext: object;
        topologySpreadConstraints: { topologyKey: string; labelSelector: object }[];
        containers: Container[];
      };
    };
  };
}
interface Autoscaler extends Manifest {
  spec: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
    metrics: object[];
    behavior: { scaleDown: { stabilizationWindowSeconds: number } };
  };
}
interface Selecting extends Manifest {
  spec: { selector: Env & { matchLabels: Env }; ports?: { targetPort: string }[] };
}

const base = 'k8s/base';
const files = readdirSync(base).filter((file) => file !== 'kustomization.yaml');
const documents = files.flatMap((file) =>
  parseAllDocuments(readFileSync(join(base, file), 'utf8')).map(
    (document) => document.toJS() as Manifest,
  ),
);
const kustomization = parse(readFileSync(join(base, 'kustomization.yaml'), 'utf8')) as {
  resources: string[];
  configMapGenerator: { name: string; literals: string[] }[];
};
const version = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
const imageEnv = envOf(readStages('Dockerfile').at(-1) ?? []);

function find<T extends Manifest>(kind: string, name: string): T {
  const found = documents.find(
    (document) => document.kind === kind && document.metadata.name === name,
  );
  if (!found) throw new Error(`There is no ${kind} ${name}`);
  return found as T;
}
const gateway = find<Deployment>('Deployment', 'haggle-gateway');
const worker = find<Deployment>('Deployment', 'haggle-worker');
const deployments = [gateway, worker].map(
  (deployment) => [deployment.metadata.name, deployment] as const,
);

function containerOf(deployment: Deployment): Container {
  const { containers } = deployment.spec.template.spec;
  expect(containers).toHaveLength(1);
  return containers[0] as Container;
}

function settingsOfConfigMap(name: string): Env {
  const generated = kustomization.configMapGenerator.find((entry) => entry.name === name);
  if (!generated) throw new Error(`Nothing generates the ConfigMap ${name}`);
  return Object.fromEntries(
    generated.literals.map((literal) => {
      const end = literal.indexOf('=');
      return [literal.slice(0, end), literal.slice(end + 1)];
    }),
  );
}

/** What the process sees; optional secrets only on demand. */
function envOfContainer(container: Container, withOptional: boolean): Env {
  const env = { ...imageEnv };
  for (const { configMapRef } of container.envFrom) {
    Object.assign(env, settingsOfConfigMap(configMapRef.name));
  }
  for (const { name, value, valueFrom } of container.env) {
    const secret = valueFrom?.secretKeyRef;
    if (value !== undefined) env[name] = value;
    else if (valueFrom?.fieldRef?.fieldPath === 'metadata.name') env[name] = 'haggle-7d9-x2x4z';
    else if (!secret) throw new Error(`${name} has no known source`);
    else if (withOptional || !secret.optional) {
      expect(secret).toMatchObject({ name: 'haggle-secrets', key: name });
      env[name] = secrets[secret.key] ?? '';
    }
  }
  return env;
}

function mebibytes(quantity = ''): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  return Number(number) * (unit === 'Gi' ? 1024 : 1);
}

const validator = installPythonTool('kubernetes-validate', '1.37.0');

describe('k8s/base', () => {
  testWith(validator, 'is what the Kubernetes schemas allow', (folder) => {
    const config = kustomization.configMapGenerator.map(({ name }) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name },
      data: settingsOfConfigMap(name),
    }));
    const everything = [...documents, ...config];
    const written = mkdtempSync(join(tmpdir(), 'haggle-k8s-'));
    try {
      // JSON is YAML, and so the validator's reading of anchors and types cannot differ from ours.
      const paths = everything.map((document, index) => {
        const path = join(written, `${index}.yaml`);
        writeFileSync(path, JSON.stringify(document));
        return path;
      });
      const wanted = KUBERNETES_VERSIONS.flatMap((wantedVersion) => ['-k', wantedVersion]);
      const run = spawnSync(
        'python3',
        ['-m', 'kubernetes_validate', '--strict', ...wanted, ...paths],
        { encoding: 'utf8', env: { ...process.env, PYTHONPATH: folder } },
      );
      const lines = run.stdout.trim().split('\n');
      // A kind without a schema is only a warning there: so the passes are counted.
      expect(lines.filter((line) => !line.includes(' passed for resource '))).toEqual([]);
      expect(lines).toHaveLength(everything.length * KUBERNETES_VERSIONS.length);
      expect(run.status).toBe(0);
    } finally {
      rmSync(written, { recursive: true });
    }
  });

  test('lists every file, names no namespace and holds no secret', () => {
    expect([...kustomization.resources].sort()).toEqual([...files].sort());
    expect(documents.filter((document) => document.metadata.namespace !== undefined)).toEqual([]);
    expect(documents.filter((document) => document.kind === 'Secret')).toEqual([]);
  });

  test.each(deployments)('%s starts with the settings it gets', (name, deployment) => {
    const container = containerOf(deployment);
    const { webhooks } = expectToStart(envOfContainer(container, true));
    expect(webhooks?.url).toBe(name === 'haggle-worker' ? secrets.WEBHOOK_URL : undefined);
    const config = expectToStart(envOfContainer(container, false));
    expect(config).toMatchObject({ fcm: undefined, webPush: undefined, webhooks: undefined });
    expect(config.nodeId).toBe('haggle-7d9-x2x4z');
    const ports = Object.fromEntries(container.ports.map((port) => [port.name, port]));
    expect(ports.metrics?.containerPort).toBe(config.metricsPort);
    if (ports.http) expect(ports.http.containerPort).toBe(config.port);
  });

  test.each(deployments)(
    '%s runs this version, by a command without a shell',
    (name, deployment) => {
      const { image, command } = containerOf(deployment);
      expect(image).toBe(`haggle:${version}`);
      expect(command.slice(0, 2)).toEqual([
        'node',
        name === 'haggle-gateway' ? 'dist/src/main.js' : 'dist/workers/main.js',
      ]);
    },
  );

  test.each(deployments)('%s may do nothing it need not', (name, deployment) => {
    const pod = deployment.spec.template.spec;
    expect(pod).toMatchObject({
      serviceAccountName: name,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(find('ServiceAccount', name).automountServiceAccountToken).toBe(false);
    expect(containerOf(deployment)).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      volumeMounts: [{ mountPath: '/tmp' }],
    });
  });

  test.each(deployments)('%s is asked for its health on a port it has', (name, deployment) => {
    const container = containerOf(deployment);
    const port = name === 'haggle-gateway' ? 'http' : 'metrics';
    expect(container.ports.map((entry) => entry.name)).toContain(port);
    expect(container).toMatchObject({
      startupProbe: { httpGet: { path: '/healthz', port } },
      livenessProbe: { httpGet: { path: '/healthz', port } },
      readinessProbe: { httpGet: { path: '/readyz', port } },
    });
    const { periodSeconds, failureThreshold } = container.startupProbe;
    expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(30);
  });

  test('a worker that stood still is not restarted before its next canary could come', () => {
    const { livenessProbe } = containerOf(worker);
    const { pushStuckMs } = expectToStart(envOfContainer(containerOf(worker), false));
    const { periodSeconds, failureThreshold } = livenessProbe;
    // The first of the tries says "stuck" at once; six canaries come in that time.
    expect(periodSeconds * (failureThreshold - 1) * 1_000).toBeGreaterThan(pushStuckMs / 6);
    expect(periodSeconds * failureThreshold).toBeLessThanOrEqual(60);
  });

  test.each(deployments)('%s has memory for its heap and no CPU limit', (_name, deployment) => {
    const { resources, env } = containerOf(deployment);
    expect(resources.requests.cpu).toBeDefined();
    expect(resources.limits.cpu).toBeUndefined();
    expect(resources.requests.memory).toBe(resources.limits.memory);
    const options = env.find((entry) => entry.name === 'NODE_OPTIONS')?.value ?? '';
    const heap = Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]);
    expect(heap).toBeLessThanOrEqual(mebibytes(resources.limits.memory) * 0.8);
  });

  test.each(deployments)('%s is rolled without a gap and spread', (_name, deployment) => {
    const { strategy, selector, template } = deployment.spec;
    expect(strategy).toMatchObject({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } });
    expect(template.metadata.labels).toEqual(selector.matchLabels);
    const spread = template.spec.topologySpreadConstraints;
    expect(spread.map(({ topologyKey }) => topologyKey)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    for (const { labelSelector } of spread) expect(labelSelector).toEqual(selector);
  });

  test('the gateway has time to leave the endpoints, drain for 30 s and close', () => {
    const pause = containerOf(gateway).lifecycle?.preStop.sleep.seconds ?? 0;
    expect(pause).toBeGreaterThanOrEqual(5);
    const grace = gateway.spec.template.spec.terminationGracePeriodSeconds;
    expect(grace - pause).toBeGreaterThanOrEqual(30 + 15);
    expect(worker.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(30);
  });

  test('there are always two of each; gateways grow fast and shrink slowly', () => {
    expect(worker.spec.replicas).toBeGreaterThanOrEqual(2);
    expect(gateway.spec.replicas).toBeUndefined();
    const { spec } = find<Autoscaler>('HorizontalPodAutoscaler', 'haggle-gateway');
    expect(spec.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: 'haggle-gateway' });
    expect(spec.minReplicas).toBeGreaterThanOrEqual(2);
    expect(spec.maxReplicas).toBeGreaterThan(spec.minReplicas);
    expect(spec.metrics).not.toHaveLength(0);
    expect(spec.behavior.scaleDown.stabilizationWindowSeconds).toBeGreaterThanOrEqual(300);
  });

  test('service and disruption budgets select the pods they are for', () => {
    const service = find<Selecting>('Service', 'haggle-gateway');
    expect(service.spec.selector).toEqual(gateway.spec.template.metadata.labels);
    expect(service.spec.ports).toEqual([expect.objectContaining({ targetPort: 'http' })]);
    for (const [name, deployment] of deployments) {
      const budget = find<Selecting>('PodDisruptionBudget', name);
      expect(budget.spec).toMatchObject({ maxUnavailable: 1 });
      expect(budget.spec.selector.matchLabels).toEqual(deployment.spec.template.metadata.labels);
    }
    expect(gateway.spec.selector).not.toEqual(worker.spec.selector);
  });

  const kubectl = spawnSync('kubectl', ['kustomize', base], { encoding: 'utf8' });
  const testRendered = kubectl.error ? test.skip : test;
  testRendered(`renders with kubectl${kubectl.error ? ' (skipped: no kubectl)' : ''}`, () => {
    expect(kubectl.stderr).toBe('');
    const rendered = parseAllDocuments(kubectl.stdout).map(
      (document) => document.toJS() as Manifest,
    );
    expect(rendered).toHaveLength(documents.length + kustomization.configMapGenerator.length);
    const configMaps = rendered.filter(({ kind }) => kind === 'ConfigMap');
    for (const deployment of rendered.filter(({ kind }) => kind === 'Deployment')) {
      const [source] = containerOf(deployment as Deployment).envFrom;
      expect(configMaps.map(({ metadata }) => metadata.name)).toContain(source?.configMapRef.name);
    }
  });
});
