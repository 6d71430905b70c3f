import type { RoomHandle } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { useMessageActs } from './message-acts.js';
import { MessagePhotos } from './message-photos.js';
import { NumberCaution } from './number-caution.js';
import { Quote } from './quote.js';
import type { Row } from './rows.js';
import { SaidView } from './said.js';
import { useLongPress } from './use-long-press.js';

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
  const { openMenu } = useMessageActs();
  const { entry } = row;
  const openable = entry && entry.state !== 'unsent';
  const press = useLongPress(() => entry && openMenu(entry));
  const replyToSeq = (entry ?? row.pending)?.replyToSeq;
  const failed = row.pending?.state === 'failed';
  const classes = [
    'bubble-row',
    row.own && 'is-own',
    row.first && 'is-first',
    failed && 'is-failed',
  ];
  return (
    <li
      class={classes.filter(Boolean).join(' ')}
      data-state={row.pending?.state}
      data-seq={entry?.seq}
    >
      <div class="bubble-line" {...(openable ? press : {})}>
        <SaidView
          said={row.said}
          name={row.own ? undefined : props.name}
          photos={
            <MessagePhotos
              name={row.own ? undefined : props.name}
              entry={entry}
              pending={row.pending}
            />
          }
          quote={replyToSeq !== undefined && <Quote room={props.room} seq={replyToSeq} />}
        />
        <span class="bubble-side">
          {delivery && <Receipt delivery={delivery} />}
          {row.pending?.state === 'sending' && (
            <span class="receipt">
              <Icon name="clock" />
              <span class="visually-hidden">{t('room.sending')}</span>
            </span>
          )}
          {row.last && <time dateTime={row.at}>{format.clock(row.at)}</time>}
        </span>
        {openable && (
          <button
            type="button"
            class="bubble-menu"
            aria-label={t('message.menu')}
            aria-haspopup="dialog"
            onClick={() => openMenu(entry)}
          >
            <Icon name="more" />
          </button>
        )}
      </div>
      {row.own && !row.said.unsent && <NumberCaution text={row.said.text ?? ''} />}
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
