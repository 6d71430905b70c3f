import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { requestsPlanMs } from '../../src/http/transport.js';
import { closingMs } from '../../src/platform/lifecycle.js';
import { drainPlanMs } from '../../src/realtime/drain.js';
import { type Env, expectToStart, secrets } from './container-env.js';
import { envOf, readStages } from './dockerfile.js';

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
  metadata: { name: string; namespace?: string; annotations?: Env };
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
interface Rule {
  ports: { port: string | number }[];
  from?: object[];
  to?: object[];
}
interface Policy extends Manifest {
  spec: {
    podSelector: { matchLabels: Env };
    ingress?: Rule[];
    egress?: Rule[];
  };
}
interface Selecting extends Manifest {
  spec: { selector: Env & { matchLabels: Env }; ports?: { targetPort: string }[] };
}

/** What `npm run render:kubernetes` wrote; that the chart still renders it is tested beside the overlays. */
const documents = parseAllDocuments(readFileSync('k8s/base/rendered.yaml', 'utf8')).map(
  (document) => document.toJS() as Manifest,
);
const settings: Env = Object.fromEntries(
  readFileSync('k8s/base/settings.env', 'utf8')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
);
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

/** What the process sees; optional secrets only on demand. */
function envOfContainer(container: Container, withOptional: boolean): Env {
  const env = { ...imageEnv };
  for (const { configMapRef } of container.envFrom) {
    expect(configMapRef.name).toBe('haggle-settings');
    Object.assign(env, settings);
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

describe('k8s/base', () => {
  test('names no namespace and holds no secret', () => {
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

  test.each(deployments)('%s has memory of its own and no CPU limit', (_name, deployment) => {
    const { resources, env } = containerOf(deployment);
    expect(resources.requests.cpu).toBeDefined();
    expect(resources.limits.cpu).toBeUndefined();
    expect(resources.requests.memory).toBe(resources.limits.memory);
    // The image has its own, for which the build compiled; Node gives half of the limit to its heap by itself.
    expect(env.map(({ name }) => name)).not.toContain('NODE_OPTIONS');
    expect(mebibytes(resources.limits.memory)).toBeGreaterThanOrEqual(768);
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

  test('the gateway has time to leave the endpoints, drain and close', () => {
    const pause = containerOf(gateway).lifecycle?.preStop.sleep.seconds ?? 0;
    expect(pause).toBeGreaterThanOrEqual(5);
    const grace = gateway.spec.template.spec.terminationGracePeriodSeconds;
    expect(grace - pause).toBeGreaterThanOrEqual(
      (drainPlanMs + requestsPlanMs + closingMs) / 1_000,
    );
    // The pause is before SIGTERM, so there need not be another behind it.
    expect(settings['DRAIN_LEAD_SECONDS']).toBe('0');
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

  test('the database is migrated by the same image, which may do as little as the others', () => {
    const job = find<Deployment>('Job', 'haggle-migrate');
    const { containers, ...pod } = job.spec.template.spec;
    const { containers: ofWorker, ...workerPod } = worker.spec.template.spec;
    const [container] = containers;
    expect(container?.image).toBe(ofWorker[0]?.image);
    expect(container?.command).toEqual(['node', 'dist/haggle.js', 'migrate']);
    expect(container?.env.map(({ name }) => name)).toEqual(['MONGODB_URI']);
    expect(container?.securityContext).toEqual(ofWorker[0]?.securityContext);
    expect(pod.securityContext).toEqual(workerPod.securityContext);
    expect(pod.automountServiceAccountToken).toBe(false);
    // Helm waits for it before it changes anything else.
    expect(job.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
  });

  test('nothing comes in or goes out but what a policy names', () => {
    const policies = documents.filter((one) => one.kind === 'NetworkPolicy') as Policy[];
    const ofAll = { 'app.kubernetes.io/name': 'haggle' };
    const [deny, ...open] = policies.map(({ metadata, spec }) => ({
      name: metadata.name,
      ...spec,
    }));
    expect(deny).toEqual({
      name: 'haggle-deny',
      podSelector: { matchLabels: ofAll },
      policyTypes: ['Ingress', 'Egress'],
    });
    for (const { podSelector } of open) {
      for (const [, deployment] of deployments.slice(0, 1))
        expect(deployment.spec.template.metadata.labels).toMatchObject(podSelector.matchLabels);
    }
    const ports = (rules: Rule[] = []) =>
      rules.flatMap((rule) => rule.ports.map(({ port }) => port));
    expect(open.flatMap(({ ingress }) => ports(ingress))).toEqual(['http', 'metrics']);
    // Traces, DNS twice, then MongoDB, Redis and mail, then HTTPS.
    expect(open.flatMap(({ egress }) => ports(egress))).toEqual([
      ...[4318, 53, 53],
      ...[27017, 6379, 25, 465, 587],
      443,
    ]);
    // Only people's own port is open to everybody, and no way out leads everywhere.
    const rules = open.flatMap(({ ingress = [], egress = [] }) => [...ingress, ...egress]);
    expect(rules.filter(({ from, to }) => !from && !to)).toEqual([{ ports: [{ port: 'http' }] }]);
  });
});
