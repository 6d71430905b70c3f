import type { User } from '../../../client/index.js';
import { nameOf } from '../i18n/name-of.js';
import { useLanguage } from '../i18n/language.js';

/** The picture of a person; without one the first letter of the name, on a quiet colour that belongs to them. */
export function Avatar({ user }: { user: Pick<User, 'id' | 'nickname' | 'avatar' | 'deleted'> }) {
  const { t } = useLanguage();
  if (user.avatar) return <img class="avatar" src={user.avatar.urls.thumb} alt="" />;
  return (
    <span class={`avatar avatar-${hueOf(user.id)}`} aria-hidden="true">
      {[...nameOf(user, t)][0] ?? '?'}
    </span>
  );
}

const hues = 6;

function hueOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 9_973;
  return sum % hues;
}
