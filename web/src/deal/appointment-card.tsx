import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { Receipt, type Delivery } from '../room/bubble.js';
import type { Row } from '../room/rows.js';
import { Meeting } from './meeting.js';
import { useAct } from './use-act.js';
import type { Deals } from './use-deals.js';

/** A time and a place that somebody proposed; the newest one can be confirmed right here. */
export function AppointmentCard(props: {
  row: Extract<Row, { type: 'appointment' }>;
  deals: Deals;
  delivery: Delivery | undefined;
}) {
  const { row, deals } = props;
  const { market } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const { busy, act } = useAct(deals);
  const { appointment } = row.entry;
  if (!appointment) return null;
  const deal = deals.byId.get(appointment.dealId);
  const now = deal?.appointment;
  const proposal = now && now.version - (now.state === 'confirmed' ? 1 : 0);
  const current = deal?.state === 'open' && proposal === appointment.version;
  const state = current ? now!.state : undefined;
  return (
    <li class={`offer-row ${row.own ? 'is-own' : ''}`}>
      <article
        class={`offer-card appointment-card ${current ? 'is-open' : 'is-over'}`}
        data-appointment-state={state ?? 'over'}
      >
        <p class="offer-kind">
          <Icon name="calendar" />
          {t(appointment.act === 'changed' ? 'appointment.changed' : 'appointment.proposed')}
        </p>
        <Meeting appointment={appointment} />
        {state === 'confirmed' && (
          <p class="offer-outcome is-good">
            <Icon name="check" />
            {t('appointment.state.confirmed')}
          </p>
        )}
        {deal?.state === 'open' && !current && (
          <p class="offer-outcome">{t('appointment.replaced')}</p>
        )}
        {state === 'proposed' &&
          (deal!.abilities.confirm ? (
            <button
              type="button"
              class="button button-primary"
              disabled={busy}
              onClick={() =>
                void act(`confirm ${appointment.version}`, (clientMessageId) =>
                  market.confirmAppointment(deal!.id, {
                    appointmentVersion: appointment.version,
                    clientMessageId,
                  }),
                )
              }
            >
              {t('deal.confirm')}
            </button>
          ) : (
            row.own && <p class="offer-waiting">{t('deal.waitConfirm')}</p>
          ))}
      </article>
      <span class="bubble-side">
        {props.delivery && <Receipt delivery={props.delivery} />}
        <time dateTime={row.at}>{format.clock(row.at)}</time>
      </span>
    </li>
  );
}
