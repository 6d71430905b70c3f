import type { ComponentChildren } from 'preact';
import { Link, Redirect } from 'wouter';
import { hasRightsOf } from '../../../client/moderation.js';
import { BehindSecondFactor } from '../account/second-factor.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/listed.js';
import { ScreenBar } from '../parts/screen-bar.js';
import '../styles/operator.css';
import { AuditTrail } from './audit-trail.js';
import { DeadLetters } from './dead-letters.js';
import { Deliveries } from './deliveries.js';
import { Webhooks } from './webhooks.js';
import { useWords } from './use-words.js';

const lists = ['deliveries', 'dead-letters', 'webhooks', 'audit'] as const;
type List = (typeof lists)[number];

const screens: Record<List, () => ComponentChildren> = {
  deliveries: Deliveries,
  'dead-letters': DeadLetters,
  webhooks: Webhooks,
  audit: AuditTrail,
};

/** What operators look at and do; `list` is the part of it that the address names. */
export function OperatorArea({ list }: { list: string | undefined }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const say = useWords();
  const load = useLoad('me', () => market.getMe());
  const shown = lists.find((one) => one === list);
  if (shown === undefined) return <Redirect to={`/operator/${lists[0]}`} replace />;
  const Screen = screens[shown];
  return (
    <div class="with-bar">
      <ScreenBar title={say(`list.${shown}`)} back="/me" />
      <div class="scroll">
        <div class="page operator">
          <Loaded load={load}>
            {({ role }) =>
              hasRightsOf(role, 'operator') ? (
                <BehindSecondFactor>
                  <nav class="chips" aria-label={say('lists')}>
                    {lists.map((one) => (
                      <Link
                        key={one}
                        href={`/operator/${one}`}
                        class="chip-button"
                        aria-current={one === shown ? 'page' : undefined}
                      >
                        {say(`list.${one}`)}
                      </Link>
                    ))}
                  </nav>
                  <Screen />
                </BehindSecondFactor>
              ) : (
                <Empty text={say('forbidden')} href="/" action={t('nav.home')} />
              )
            }
          </Loaded>
        </div>
      </div>
    </div>
  );
}
