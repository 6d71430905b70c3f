import { hash } from 'node:crypto';
import type { Notification } from './provider.js';

/**
 * RFC 8030, 5.4: at most 32 characters of base64url. The next one for a conversation replaces what was not delivered;
 * what takes a notification away, or changes it, replaces none that is newer than it.
 */
export const topicOf = ({ tag, silent, replaces }: Notification): string =>
  hash('sha256', `${prefixOf(silent, replaces)}${tag}`, 'base64url').slice(0, 32);

const prefixOf = (silent: boolean, replaces: number | undefined) =>
  silent ? 'silent:' : replaces === undefined ? '' : 'changed:';
