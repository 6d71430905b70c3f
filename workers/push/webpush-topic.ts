import { hash } from 'node:crypto';
import type { Notification } from './provider.js';

/**
 * RFC 8030, 5.4: at most 32 characters of base64url. A push replaces an undelivered one of the same conversation; a
 * push that removes or changes a notification must not replace a newer one.
 */
export const topicOf = ({ tag, silent, replaces }: Notification): string =>
  hash('sha256', `${prefixOf(silent, replaces)}${tag}`, 'base64url').slice(0, 32);

const prefixOf = (silent: boolean, replaces: number | undefined) =>
  silent ? 'silent:' : replaces === undefined ? '' : 'changed:';
