import type { User } from '../../../client/index.js';
import type { Translate } from './messages.js';

/** What to call somebody: who deleted the account has no name any more. */
export const nameOf = ({ nickname, deleted }: Pick<User, 'nickname' | 'deleted'>, t: Translate) =>
  deleted ? t('person.deleted') : nickname;
