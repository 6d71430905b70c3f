import { HaggleError } from '../../../client/index.js';
import { ko } from './ko.js';
import type { MessageKey, Translate } from './messages.js';

/** An error in words a person can act on. */
export function describeError(error: unknown, t: Translate): string {
  const key = `error.${error instanceof HaggleError ? error.code : 'other'}`;
  return key in ko ? t(key as Extract<MessageKey, 'error.other'>) : t('error.other');
}
