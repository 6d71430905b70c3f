import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import webPush from 'web-push';
import type { Device } from '../../src/notifications/index.js';

/** A push service as the benchmark uses it: the settings for workers, and the phones that it knows. */
export interface Service {
  provider: Device['provider'];
  env(url: string): Record<string, string>;
  /** The token and keys that a phone registers with. */
  phone(url: string, index: number): Pick<Device, 'token' | 'keys'>;
}

/** Writes secrets of this run to a file, as the settings need them. */
function stored(secret: object): string {
  const file = join(mkdtempSync(join(tmpdir(), 'haggle-bench-')), 'secret.json');
  writeFileSync(file, JSON.stringify(secret), { mode: 0o600 });
  return file;
}

const fcm: Service = {
  provider: 'fcm',
  env(url) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const account = {
      project_id: 'bench',
      client_email: 'push@bench.iam.gserviceaccount.com',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      token_uri: `${url}/token`,
    };
    return { FCM_CREDENTIALS_FILE: stored(account), FCM_URL: url };
  },
  phone: (_url, index) => ({ token: `phone-${index}` }),
};

/** All browsers share one key, since the cost of a push does not depend on it. */
const browser = createECDH('prime256v1');
const keys = {
  p256dh: browser.generateKeys('base64url'),
  auth: randomBytes(16).toString('base64url'),
};

const webpush: Service = {
  provider: 'webpush',
  env: () => ({
    WEBPUSH_KEYS_FILE: stored(webPush.generateVAPIDKeys()),
    WEBPUSH_SUBJECT: 'mailto:push@bench.example',
    PRIVATE_ENDPOINTS: 'on',
  }),
  phone: (url, index) => ({ token: `${url}/push/phone-${index}`, keys }),
};

export const services: readonly Service[] = [fcm, webpush];
