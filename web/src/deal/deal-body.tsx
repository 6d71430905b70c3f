import { useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import type { Deal } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Confirm } from '../parts/confirm.js';
import { Icon } from '../parts/icon.js';
import { AppointmentSheet } from './appointment-sheet.js';
import { CancelSheet } from './cancel-sheet.js';
import { DealEnd } from './deal-end.js';
import { Meeting } from './meeting.js';
import { useAct } from './use-act.js';
import type { Deals } from './use-deals.js';

/** What two people agreed on, where it stands, and what one may do next. */
export function DealBody({ deal, deals, me }: { deal: Deal; deals: Deals; me: string }) {
  const { t } = useLanguage();
  const format = useFormat();
  return (
    <>
      <p class="offer-kind">
        <Icon name="shake" />
        {t(`deal.state.${deal.state}`)}
      </p>
      <p class="offer-amount">{format.price(deal.amount)}</p>
      <p class="deal-thing">{deal.listing.title}</p>
      {deal.state === 'open' ? (
        <OpenDeal deal={deal} deals={deals} me={me} />
      ) : (
        <DealEnd deal={deal} deals={deals} me={me} />
      )}
    </>
  );
}

type Asking = 'appointment' | 'complete' | 'cancel' | 'noShow';

function OpenDeal({ deal, deals, me }: { deal: Deal; deals: Deals; me: string }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const { busy, act } = useAct(deals);
  const [asking, setAsking] = useState<Asking>();
  const { appointment, question, abilities, id, version } = deal;
  const close = () => setAsking(undefined);
  return (
    <>
      {appointment ? (
        <div class="deal-meeting">
          <Meeting appointment={appointment} />
          <p class={`chip deal-chip-${appointment.state}`}>
            {t(`appointment.state.${appointment.state}`)}
          </p>
        </div>
      ) : (
        <p class="deal-hint">{t('deal.noAppointment')}</p>
      )}
      {question && abilities.keep && (
        <div class="deal-question">
          <p>{t('deal.question', format.meeting(question.answerBy))}</p>
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() =>
              void act(`keep ${version}`, (clientMessageId) =>
                market.keepDeal(id, { clientMessageId }),
              )
            }
          >
            {t('deal.keep')}
          </button>
        </div>
      )}
      <div class="deal-actions">
        {abilities.confirm && appointment && (
          <button
            type="button"
            class="button button-primary"
            disabled={busy}
            onClick={() =>
              void act(`confirm ${appointment.version}`, (clientMessageId) =>
                market.confirmAppointment(id, {
                  appointmentVersion: appointment.version,
                  clientMessageId,
                }),
              )
            }
          >
            {t('deal.confirm')}
          </button>
        )}
        {abilities.propose && (
          <button
            type="button"
            class={`button ${appointment ? '' : 'button-primary'}`}
            disabled={busy}
            aria-haspopup="dialog"
            onClick={() => setAsking('appointment')}
          >
            {t(appointment ? 'deal.change' : 'deal.propose')}
          </button>
        )}
        {abilities.complete && (
          <button
            type="button"
            class={`button ${appointment?.state === 'confirmed' ? 'button-primary' : ''}`}
            disabled={busy}
            aria-haspopup="dialog"
            onClick={() => setAsking('complete')}
          >
            {t('deal.complete')}
          </button>
        )}
      </div>
      <div class="deal-ways-out">
        {abilities.reportNoShow && (
          <button type="button" class="button-text" onClick={() => setAsking('noShow')}>
            {t('deal.noShow')}
          </button>
        )}
        {abilities.cancel && (
          <button
            type="button"
            class="button-text is-quiet"
            aria-haspopup="dialog"
            onClick={() => setAsking('cancel')}
          >
            {t('deal.cancel')}
          </button>
        )}
      </div>
      {asking === 'appointment' && <AppointmentSheet {...{ deal, act }} onClose={close} />}
      {asking === 'cancel' && <CancelSheet {...{ deal, act, me }} onClose={close} />}
      {asking === 'complete' && (
        <Confirm
          title={t('deal.completeAsk')}
          hint={t('deal.completeHint')}
          yes={t('deal.completeYes')}
          onYes={async () => {
            await act('complete', (clientMessageId) =>
              market.completeDeal(id, { clientMessageId }),
            );
          }}
          onClose={close}
        />
      )}
      {asking === 'noShow' && (
        <Confirm
          title={t('deal.noShowAsk')}
          hint={t('deal.noShowHint')}
          yes={t('deal.noShowYes')}
          onYes={async () => {
            await act('noShow', (clientMessageId) => market.reportNoShow(id, { clientMessageId }));
          }}
          onClose={close}
        />
      )}
    </>
  );
}
