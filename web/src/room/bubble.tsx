import type { RoomHandle } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { ReportButton } from '../safety/report-button.js';
import { MessageMenu } from './message-menu.js';
import type { Row } from './rows.js';
import { SaidView } from './said.js';

/** How far one's last message has got. */
export type Delivery = 'sent' | 'delivered' | 'read';

/** One message, confirmed or on its way: the same element all along, so nothing jumps when the answer comes. */
export function Bubble(props: {
  row: Extract<Row, { type: 'bubble' }>;
  name: string;
  delivery: Delivery | undefined;
  room: RoomHandle;
}) {
  const { row, delivery } = props;
  const { t } = useLanguage();
  const format = useFormat();
  const failed = row.pending?.state === 'failed';
  const classes = [
    'bubble-row',
    row.own && 'is-own',
    row.first && 'is-first',
    failed && 'is-failed',
  ];
  return (
    <li class={classes.filter(Boolean).join(' ')} data-state={row.pending?.state}>
      <div class="bubble-line">
        <SaidView said={row.said} name={row.own ? undefined : props.name} />
        <span class="bubble-side">
          {delivery && <Receipt delivery={delivery} />}
          {row.pending?.state === 'sending' && (
            <span class="receipt">
              <Icon name="clock" />
              <span class="visually-hidden">{t('room.sending')}</span>
            </span>
          )}
          {row.own && row.entry && <MessageMenu message={row.entry} room={props.room} />}
          {!row.own && row.entry && row.entry.state !== 'unsent' && (
            <ReportButton target="message" id={row.entry.id} small />
          )}
          {row.last && <time dateTime={row.at}>{format.clock(row.at)}</time>}
        </span>
      </div>
      {failed && row.pending && (
        <div class="bubble-failed" role="alert">
          <Icon name="alert" />
          <span>{row.pending.error ? describeError(row.pending.error, t) : t('room.failed')}</span>
          <button type="button" class="button-text" onClick={() => props.room.retry(row.key)}>
            {t('room.retry')}
          </button>
          <button type="button" class="button-text" onClick={() => props.room.discard(row.key)}>
            {t('room.discard')}
          </button>
        </div>
      )}
    </li>
  );
}

export function Receipt({ delivery }: { delivery: Delivery }) {
  const { t } = useLanguage();
  return (
    <span class={`receipt receipt-${delivery}`} data-delivery={delivery}>
      {t(`room.${delivery}`)}
    </span>
  );
}
