import { Link } from 'wouter';
import { usePages } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Empty } from '../parts/empty.js';
import { Icon } from '../parts/icon.js';
import { Refused } from './refused.js';
import { useModeration } from './use-moderation.js';
import { LoadMore } from '../parts/load-more.js';

/** Contested no-shows that wait, the oldest first. */
export const ContestList = (props: { acts: number; openId: string | undefined }) => (
  <Waiting key={props.acts} openId={props.openId} />
);

function Waiting({ openId }: { openId: string | undefined }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { moderation } = useModeration();
  const { items, loadMore, error, reload } = usePages('contests', (page) =>
    moderation.listContests(page),
  );
  return (
    <div class="scroll">
      {Boolean(error) && <Refused error={error} onRetry={reload} />}
      {!items && !error && <p class="feed-end">{t('common.loading')}</p>}
      {items?.length === 0 && <Empty text={t('moderation.none.contests')} />}
      <ul>
        {items?.map(({ dealId, user, text, at }) => (
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
      <LoadMore onMore={loadMore} />
    </div>
  );
}
