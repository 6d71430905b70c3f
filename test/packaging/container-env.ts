import { expect } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
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
  ADMIN_PASSWORD: 'a long enough password',
};

/** The process would start with this environment, open to others and with nothing insecure switched on. */
export function expectToStart(env: Env): Config {
  const unknown = Object.keys(env).filter(
    (name) => !(name in settings) && !READ_BY_NODE.includes(name),
  );
  expect(unknown).toEqual([]);
  const config = loadConfig(env);
  expect(config).toMatchObject({ loopback: false, demo: false, emailProof: true });
  return config;
}

/** Compose's `${NAME}`, `${NAME:-default}`, `${NAME:?message}` and `$$`. */
export function interpolate(text: string, env: Env): string {
  return text.replace(
    /\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})/g,
    (_match, name: string | undefined, operator: string | undefined, rest: string | undefined) => {
      if (name === undefined) return '$';
      if (env[name]) return env[name];
      if (operator === '?') throw new Error(`${name} is missing: ${rest}`);
      return rest ?? '';
    },
  );
}
