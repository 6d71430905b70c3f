import type { ContestedNoShow } from '../../../client/moderation.js';
import { Meeting } from '../deal/meeting.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Pane } from './pane.js';
import { PersonLine } from './person-line.js';
import { Talk } from './talk.js';
import { useModeration } from './use-moderation.js';

/** One contested no-show: what the accused says, what was agreed, what the two said last, and the decision. */
export function ContestPane({ id, onAct }: { id: string; onAct: () => void }) {
  const { t } = useLanguage();
  const { moderation } = useModeration();
  return (
    <Pane
      name={`contest ${id}`}
      title={t('moderation.one.contests')}
      back="/moderation/contests"
      load={() => moderation.getContest(id)}
      onAct={onAct}
    >
      {(value, { busy, act }) => (
        <Shown
          {...value}
          busy={busy}
          onDecide={(verdict) =>
            void act(() => moderation.decideContest(id, { verdict }), t('moderation.done'))
          }
        />
      )}
    </Pane>
  );
}

function Shown({
  contest,
  deal,
  messages,
  busy,
  onDecide,
}: ContestedNoShow & { busy: boolean; onDecide: (verdict: 'uphold' | 'overturn') => void }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { buyer, seller, listing, amount, appointment } = deal;
  const [accused, accuser] = contest.userId === buyer.id ? [buyer, seller] : [seller, buyer];
  return (
    <div class="page narrow moderation-one">
      <blockquote class="moderation-note">{contest.text}</blockquote>
      {contest.state === 'waiting' ? (
        <div class="moderation-state">
          <p class="queue-facts">{t('moderation.contestHint')}</p>
          <div class="moderation-acts">
            <button type="button" class="button" disabled={busy} onClick={() => onDecide('uphold')}>
              {t('moderation.uphold')}
            </button>
            <button
              type="button"
              class="button button-primary"
              disabled={busy}
              onClick={() => onDecide('overturn')}
            >
              {t('moderation.overturn')}
            </button>
          </div>
        </div>
      ) : (
        <div class="moderation-state is-decided">
          <p>
            <strong>{t(`moderation.contest.${contest.state}`)}</strong>
          </p>
        </div>
      )}
      <section>
        <h3 class="section-title">{t('moderation.people')}</h3>
        <PersonLine user={accused} role={t('moderation.noShowOf')} />
        <PersonLine user={accuser} role={t('moderation.noShowBy')} />
      </section>
      <section>
        <h3 class="section-title">{t('moderation.deal')}</h3>
        <p>
          {listing.title} · <strong>{format.price(amount)}</strong>
        </p>
        {appointment && <Meeting appointment={appointment} />}
      </section>
      <section>
        <h3 class="section-title">{t('moderation.lastTalk')}</h3>
        <Talk messages={messages} people={[buyer, seller]} />
      </section>
    </div>
  );
}
