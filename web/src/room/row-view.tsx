import { Component } from 'preact';
import type { Conversation, RoomHandle, RoomSnapshot } from '../../../client/index.js';
import { AppointmentLine } from '../deal/appointment-line.js';
import { DealBody } from '../deal/deal-body.js';
import type { Deals } from '../deal/use-deals.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Bubble, type Delivery } from './bubble.js';
import { EntryLine } from './entry-line.js';
import { OfferCard } from './offer-card.js';
import type { Row } from './rows.js';

interface RowProps {
  row: Row;
  delivery: Delivery | undefined;
  room: RoomHandle;
  snapshot: RoomSnapshot;
  conversation: Conversation;
  me: string;
  deals: Deals;
  name: string;
}

/** One row of the list: exactly one `li`, since the list measures its rows. */
export function RowView({ row, delivery, room, conversation, ...props }: RowProps) {
  const { t } = useLanguage();
  const format = useFormat();
  if (row.type === 'day') {
    return (
      <li class="day">
        <span>{format.dayLine(row.at)}</span>
      </li>
    );
  }
  if (row.type === 'unread') {
    return (
      <li class="unread-line">
        <span>{t('room.unreadFrom')}</span>
      </li>
    );
  }
  if (row.type === 'line') return <EntryLine entry={row.entry} conversation={conversation} />;
  if (row.type === 'bubble') return <KeptBubble {...{ row, delivery, room }} name={props.name} />;
  const { deals, me } = props;
  if (row.type === 'deal') {
    const deal = deals.byId.get(row.dealId);
    return (
      <li class="deal-row">
        <article class={`deal-card is-${deal?.state ?? 'coming'}`} data-deal-state={deal?.state}>
          {deal && <DealBody {...{ deal, deals, me }} />}
        </article>
      </li>
    );
  }
  if (row.type === 'appointment') return <AppointmentLine {...{ row, deals }} />;
  const offer = row.entry.offer!;
  return (
    <OfferCard
      offer={props.snapshot.offers.get(offer.id) ?? offer}
      amount={offer.amount}
      counter={offer.act === 'countered'}
      replaced={row.replaced}
      own={row.own}
      at={row.at}
      conversation={conversation}
      delivery={delivery}
      room={room}
    />
  );
}

type BubbleProps = Parameters<typeof Bubble>[0];

/** A bubble is drawn again only when it shows something else: most of a room are bubbles that don't change. */
class KeptBubble extends Component<BubbleProps> {
  override shouldComponentUpdate(next: BubbleProps) {
    return (Object.keys(next) as (keyof BubbleProps)[]).some(
      (name) => next[name] !== this.props[name],
    );
  }

  override render() {
    return <Bubble {...this.props} />;
  }
}
