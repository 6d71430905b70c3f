import { Link } from 'wouter';
import type { User } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Avatar } from '../parts/avatar.js';
import { Degrees } from '../parts/degrees.js';

/** A person and what they are in this, with the way to the profile. */
export function PersonLine({ user, role }: { user: User; role: string }) {
  const { t } = useLanguage();
  const format = useFormat();
  const words = (
    <>
      <Avatar user={user} />
      <span class="queue-words">
        <strong>{nameOf(user, t)}</strong>
        <span class="queue-facts">
          {role} · {t('person.since', format.date(user.createdAt))}
        </span>
      </span>
    </>
  );
  return (
    <div class="moderation-person">
      {user.deleted ? (
        words
      ) : (
        <>
          <Link class="moderation-profile" href={`/people/${user.id}`}>
            {words}
          </Link>
          <Degrees user={user} />
        </>
      )}
    </div>
  );
}
