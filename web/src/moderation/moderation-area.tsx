import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import { BehindSecondFactor } from '../account/second-factor.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { ScreenBar } from '../parts/screen-bar.js';
import '../styles/moderation.css';
import { ContestList } from './contest-list.js';
import { ContestPane } from './contest-pane.js';
import { ReportPane } from './report-pane.js';
import { ReportQueue } from './report-queue.js';

interface Place {
  list: 'reports' | 'contests';
  /** What is looked at: a report, or the deal of a contest. */
  id?: string | undefined;
}

/** What waits for moderators, and from 900 px on beside it what one looks at; on a phone one of the two. */
export function ModerationArea({ list, id }: Place) {
  const { t } = useLanguage();
  // Counts what was done here, after which the lists begin anew.
  const [acts, setActs] = useState(0);
  const onAct = () => setActs((n) => n + 1);
  return (
    <div class="panes" data-open={id ? '' : undefined}>
      <section class="pane-list" aria-label={t('moderation.title')}>
        <ScreenBar title={t('moderation.title')} back="/me" />
        <nav class="moderation-lists" aria-label={t('moderation.lists')}>
          {(['reports', 'contests'] as const).map((one) => (
            <Link
              key={one}
              href={`/moderation/${one}`}
              aria-current={one === list ? 'page' : undefined}
            >
              {t(`moderation.${one}`)}
            </Link>
          ))}
        </nav>
        <BehindSecondFactor>
          {list === 'reports' ? (
            <ReportQueue acts={acts} openId={id} />
          ) : (
            <ContestList acts={acts} openId={id} />
          )}
        </BehindSecondFactor>
      </section>
      <section class="pane-room" aria-label={t(`moderation.one.${list}`)}>
        {id === undefined && (
          <div class="pane-empty">
            <Empty text={t('moderation.pick')} />
          </div>
        )}
        {id !== undefined && list === 'reports' && <ReportPane key={id} id={id} onAct={onAct} />}
        {id !== undefined && list === 'contests' && <ContestPane key={id} id={id} onAct={onAct} />}
      </section>
    </div>
  );
}
