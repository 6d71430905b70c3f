import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import webPush from 'web-push';

/** Makes the key pair of Web Push once: browsers that have subscribed with another one are out of reach. */
export function ensureWebPushKeys(file: string): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const keys = JSON.stringify(webPush.generateVAPIDKeys());
  writeFileSync(file, keys, { mode: 0o600, flag: 'wx' });
}
