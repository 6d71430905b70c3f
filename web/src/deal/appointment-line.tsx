import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import type { Row } from '../room/rows.js';
import { useNoticeLine } from '../room/use-notice-line.js';
import type { Deals } from './use-deals.js';

/** A time and a place that somebody proposed, in one line: the card of the deal shows the newest one, and confirms it. */
export function AppointmentLine(props: {
  row: Extract<Row, { type: 'appointment' }>;
  deals: Deals;
}) {
  const { row, deals } = props;
  const { t } = useLanguage();
  const noticeLine = useNoticeLine();
  const { appointment } = row.entry;
  if (!appointment) return <li />;
  const deal = deals.byId.get(appointment.dealId);
  const now = deal?.appointment;
  const proposal = now && now.version - (now.state === 'confirmed' ? 1 : 0);
  const current = deal?.state === 'open' && proposal === appointment.version;
  return (
    <li
      class={`entry-line appointment-line ${current ? '' : 'is-over'}`}
      data-appointment-state={current ? now!.state : 'over'}
    >
      <span>
        <Icon name="calendar" />
        {noticeLine(row.entry, () => '')}
        {deal?.state === 'open' && !current && ` · ${t('appointment.replaced')}`}
      </span>
    </li>
  );
}
