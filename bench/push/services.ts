import { createECDH, randomBytes } from 'node:crypto';
import type { Device } from '../../src/notifications/index.js';

/** A push service as the benchmark uses it: what workers are told of it, and the tokens of its phones. */
export interface Service {
  provider: Device['provider'];
  env(url: string): Record<string, string>;
  token(url: string, index: number): string;
}
