import { expect } from '@jest/globals';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import webPush from 'web-push';
import { type Config, loadConfig, settings } from '../../src/platform/config.js';

export type Env = Record<string, string>;

/** Names that node itself reads. */
const READ_BY_NODE = ['NODE_ENV', 'NODE_OPTIONS'];

/** What an operator puts into the secrets; shaped like the real thing, worth nothing. */
export const secrets: Env = {
  MONGODB_URI: 'mongodb://mongo.test:27017/haggle?replicaSet=rs0',
  REDIS_URL: 'redis://redis.test:6379/0',
  QUEUE_REDIS_URL: 'redis://queues.test:6379/0',
  JWT_KEYS: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string,
  SMTP_URL: 'smtps://mail.test:465',
  WEBHOOK_URL: 'https://team.test/haggle',
  WEBHOOK_SECRETS: `whsec_${randomBytes(32).toString('base64')}`,
};

/** What an operator gives as files. */
export const secretFiles = {
  FCM_CREDENTIALS: '{"type": "service_account"}',
  WEBPUSH_KEYS: JSON.stringify(webPush.generateVAPIDKeys()),
};

/** The process would start with this environment, open to others and with nothing insecure switched on. */
export function expectToStart(env: Env): Config {
  const unknown = Object.keys(env).filter(
    (name) => !(name in settings) && !READ_BY_NODE.includes(name),
  );
  expect(unknown).toEqual([]);
  const config = loadConfig(env);
  expect(config).toMatchObject({
    loopback: false,
    demo: false,
    stoppable: false,
    proof: { email: true },
  });
  expect(() => loadConfig({ ...env, DEMO: 'embedded' })).toThrow('DEMO is embedded');
  return config;
}

/** The same with files that are mounted into the container: text by the path that they have there. */
export function expectToStartWith(env: Env, mounted: Env): Config {
  const folder = mkdtempSync(join(tmpdir(), 'haggle-mounted-'));
  try {
    const copies = new Map(
      Object.entries(mounted).map(([path, text], index) => {
        const copy = join(folder, String(index));
        writeFileSync(copy, text);
        return [path, copy];
      }),
    );
    const moved = Object.entries(env).map(([name, value]) => [name, copies.get(value) ?? value]);
    return expectToStart(Object.fromEntries(moved) as Env);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compose's `${NAME}`, `${NAME:-default}`, `${NAME:+replacement}`, `${NAME:?message}` and `$$`. */
export function interpolate(text: string, env: Env): string {
  return text.replace(
    /\$(?:\$|\{(\w+)(?::([-+?])([^}]*))?\})/g,
    (_match, name: string | undefined, operator: string | undefined, rest: string | undefined) => {
      if (name === undefined) return '$';
      if (operator === '+') return env[name] ? (rest ?? '') : '';
      if (env[name]) return env[name];
      if (operator === '?') throw new Error(`${name} is missing: ${rest}`);
      return rest ?? '';
    },
  );
}
