import { HaggleError } from '../../../client/index.js';
import type { MessageKey, Translate } from './messages.js';

/** An error in words a person can act on. */
export function describeError(error: unknown, t: Translate): string {
  const key = `error.${error instanceof HaggleError ? error.code : 'other'}`;
  return t.has(key) ? t(key as Extract<MessageKey, 'error.other'>) : t('error.other');
}
