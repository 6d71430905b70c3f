import { describe, expect, test } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { settings } from '../../src/platform/config.js';
import {
  type Env,
  expectToStart,
  expectToStartWith,
  interpolate,
  secretFiles,
  secrets,
} from './container-env.js';
import { envOf, readStages } from './dockerfile.js';
import { expectToTellHealth } from './health-command.js';

interface Service {
  image: string;
  build?: string;
  command?: string[];
  user?: string;
  environment: Env;
  ports?: string[];
  volumes?: string[];
  secrets?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  restart: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  stop_grace_period?: string;
}

const text = readFileSync('compose.yaml', 'utf8');
const {
  services,
  volumes,
  secrets: files,
} = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, null>;
  secrets: Record<string, { file: string }>;
};
const named = Object.entries(services);
const built = named.filter(([, service]) => service.build !== undefined);
const ours = built.filter(([name]) => name !== 'migrate');
const version = (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
const imageEnv = envOf(readStages('Dockerfile').at(-1) ?? []);

/** What the process sees: the image's environment under the one of the service, its variables filled in. */
function envOfService(service: Service, operator: Env): Env {
  const given = Object.entries(service.environment).map(([name, value]) => [
    name,
    interpolate(value, operator),
  ]);
  return { ...imageEnv, ...(Object.fromEntries(given) as Env) };
}

describe('compose.yaml', () => {
  test('has two gateways and a worker of one image, built here', () => {
    expect(ours.map(([name]) => name)).toEqual(['gateway-1', 'gateway-2', 'worker']);
    for (const [, service] of built) expect(service.image).toBe(`haggle:${version}`);
    expect(services.worker?.command).toEqual(['node', 'dist/workers/main.js', '--role=all']);
  });

  test.each(ours)('%s starts with the settings it gets', (_name, service) => {
    const config = expectToStart(envOfService(service, { JWT_KEYS: secrets.JWT_KEYS ?? '' }));
    expect(config.metricsPort).toBe(9464);
    expect(config.mongoUri).toContain('replicaSet=');
    expect(config).toMatchObject({ fcm: undefined, webPush: undefined, webhooks: undefined });
    for (const file of service.secrets ?? []) {
      expect(interpolate(files[file]?.file ?? '', {})).toBe('/dev/null');
    }
  });

  test('pushes, webhooks and a bucket are on once their files and addresses are given', () => {
    const operator = {
      JWT_KEYS: secrets.JWT_KEYS ?? '',
      FCM_CREDENTIALS_FILE: './service-account.json',
      WEBPUSH_KEYS_FILE: './keys.json',
      WEBPUSH_SUBJECT: 'mailto:push@haggle.test',
      WEBHOOK_URL: secrets.WEBHOOK_URL ?? '',
      WEBHOOK_SECRETS: secrets.WEBHOOK_SECRETS ?? '',
      PUSH_STUCK_SECONDS: '90',
      IMAGE_BUCKET_URL: 'https://storage.test/photos',
      IMAGE_BUCKET_KEY_ID: 'key',
      IMAGE_BUCKET_SECRET: 'secret',
    };
    const imageBucket = {
      url: operator.IMAGE_BUCKET_URL,
      region: 'us-east-1',
      accessKeyId: 'key',
      secretAccessKey: 'secret',
    };
    const onHost: Env = {
      './service-account.json': secretFiles.FCM_CREDENTIALS,
      './keys.json': secretFiles.WEBPUSH_KEYS,
    };
    const configOf = (name: string) => {
      const service = services[name] as Service;
      const mounted = (service.secrets ?? []).map((file) => [
        `/run/secrets/${file}`,
        onHost[interpolate(files[file]?.file ?? '', operator)],
      ]);
      return expectToStartWith(envOfService(service, operator), Object.fromEntries(mounted) as Env);
    };
    const webPush = { subject: operator.WEBPUSH_SUBJECT };
    for (const name of ['gateway-1', 'gateway-2']) {
      expect(configOf(name)).toMatchObject({
        fcm: undefined,
        webPush,
        webhooks: undefined,
        imageBucket,
      });
    }
    expect(configOf('worker')).toMatchObject({
      fcm: { credentials: secretFiles.FCM_CREDENTIALS },
      webPush,
      webhooks: { url: operator.WEBHOOK_URL, secrets: [operator.WEBHOOK_SECRETS] },
      pushStuckMs: 90_000,
      imageBucket,
    });
  });

  test('whatever can be set of pushes and webhooks reaches the worker', () => {
    const { environment = {} } = services.worker ?? {};
    const names = Object.keys(settings).filter((name) => /^(FCM|WEBPUSH|WEBHOOK|PUSH)_/.test(name));
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(names));
  });

  test('the gateways have different names and take each other’s page', () => {
    const configs = ['gateway-1', 'gateway-2'].map((name) =>
      expectToStart(envOfService(services[name] as Service, secrets)),
    );
    expect(new Set(configs.map((config) => config.nodeId)).size).toBe(2);
    for (const config of configs) {
      expect(config.origins).toEqual(
        expect.arrayContaining(['http://localhost:3000', 'http://localhost:3001']),
      );
    }
  });

  test('no key is in the file, and without one nothing starts', () => {
    expect(text).not.toMatch(/BEGIN|PRIVATE/);
    for (const [, service] of ours) {
      expect(() => envOfService(service, {})).toThrow('JWT_KEYS is missing');
    }
  });

  test('the command at its head makes a key that will do', () => {
    const [, command = ''] = /JWT_KEYS="\$\((openssl [^)]+)\)"/.exec(text) ?? [];
    const pem = execSync(command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    expect(createPrivateKey(pem).asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(pem).toContain('BEGIN PRIVATE KEY');
  });

  test('publishes on the loopback of the host only', () => {
    const published = named.flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`),
    );
    expect(published).toEqual([
      'gateway-1 127.0.0.1:3000:3000',
      'gateway-2 127.0.0.1:3001:3000',
      'mail 127.0.0.1:8025:8025',
    ]);
  });

  test('the database is migrated by a run of the same image, which ends', () => {
    expect(services['migrate']).toMatchObject({
      command: ['node', 'dist/haggle.js', 'migrate'],
      environment: { MONGODB_URI: services['worker']?.environment['MONGODB_URI'] },
      depends_on: { mongo: { condition: 'service_healthy' } },
    });
  });

  test.each(named)('%s is confined and comes back after a crash', (name, service) => {
    expect(service).toMatchObject({
      restart: name === 'migrate' ? 'on-failure' : 'unless-stopped',
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    // Ours take the user from the image.
    if (service.build === undefined) expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(service.image).toMatch(/:v?\d+\.\d+\.\d+$/);
  });

  test.each(ours)('%s waits for what it needs and has time to drain', (_name, service) => {
    expect(service.depends_on).toEqual({
      migrate: { condition: 'service_completed_successfully' },
      redis: { condition: 'service_healthy' },
      mail: { condition: 'service_healthy' },
    });
    expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(45);
    for (const other of Object.keys(service.depends_on ?? {}).filter(
      (name) => name !== 'migrate',
    )) {
      expect(services[other]?.healthcheck?.test.length).toBeGreaterThan(1);
    }
  });

  test('the worker tells its health by /healthz of METRICS_PORT', async () => {
    const [kind, ...command] = services.worker?.healthcheck?.test ?? [];
    expect(kind).toBe('CMD');
    await expectToTellHealth(
      command.map((part) => interpolate(part, {})),
      'METRICS_PORT',
    );
  });

  test('MongoDB is a replica set, and Redis neither evicts nor forgets', () => {
    const { mongo, redis } = services;
    expect(mongo?.command).toEqual(expect.arrayContaining(['--replSet', 'rs0']));
    expect(mongo?.command).toContain('transactionLifetimeLimitSeconds=10');
    expect(mongo?.healthcheck?.test.join(' ')).toContain("rs.initiate({ _id: 'rs0'");
    const flags = redis?.command?.join(' ');
    expect(flags).toContain('--appendonly yes');
    expect(flags).toContain('--maxmemory-policy noeviction');
    const kept = [...(mongo?.volumes ?? []), ...(redis?.volumes ?? [])];
    expect(kept.map((volume) => volume.split(':')[0])).toEqual(Object.keys(volumes));
  });
});
