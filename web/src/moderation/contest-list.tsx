import { Link } from 'wouter';
import { usePages } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { Listed } from '../parts/listed.js';
import { useModeration } from './use-moderation.js';

/** Contested no-shows that wait, the oldest first. */
export const ContestList = (props: { acts: number; openId: string | undefined }) => (
  <Waiting key={props.acts} openId={props.openId} />
);

function Waiting({ openId }: { openId: string | undefined }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { moderation } = useModeration();
  const found = usePages('contests', (page) => moderation.listContests(page));
  const none = <Empty text={t('moderation.none.contests')} />;
  return (
    <div class="scroll">
      <Listed found={found} none={none} forbidden={t('moderation.forbidden')}>
        {(contests) => (
          <ul>
            {contests.map(({ dealId, user, text, at }) => (
              <li key={dealId}>
                <Link
                  href={`/moderation/contests/${dealId}`}
                  class="queue-row"
                  aria-current={dealId === openId ? 'true' : undefined}
                >
                  <Icon name="clock" />
                  <span class="queue-words">
                    <strong>{user ? nameOf(user, t) : ''}</strong>
                    <span class="queue-note">{text}</span>
                    <span class="queue-facts">
                      <time dateTime={at}>{format.ago(at)}</time>
                    </span>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Listed>
    </div>
  );
}
