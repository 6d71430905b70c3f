import { useMemo } from 'preact/hooks';
import type { Conversation, RoomHandle, RoomSnapshot } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { AppointmentCard } from '../deal/appointment-card.js';
import { DealBody } from '../deal/deal-body.js';
import type { Deals } from '../deal/use-deals.js';
import { Icon } from '../parts/icon.js';
import { Bubble, type Delivery } from './bubble.js';
import { EntryLine } from './entry-line.js';
import { OfferCard } from './offer-card.js';
import { otherSide } from './other-side.js';
import { rowsOf, type Row } from './rows.js';
import { useReading } from './use-reading.js';

interface ListProps {
  room: RoomHandle;
  snapshot: RoomSnapshot;
  conversation: Conversation;
  me: string;
  deals: Deals;
  /** Takes what scrolls the list. */
  movesRef: { current: ListMoves };
}

/** Scrolls the list of a room. */
export interface ListMoves {
  /** To the newest message. */
  toEnd(): void;
  /**
   * To the message of this number; older pages are loaded until it is there. Resolves to false when it could not be
   * shown: too far up, or without a connection.
   */
  toSeq(seq: number): Promise<boolean>;
}

/** The messages of a room, oldest first, with the newest in sight. */
export function MessageList({ room, snapshot, conversation, me, deals, movesRef }: ListProps) {
  const { t } = useLanguage();
  const { list, top, below, toEnd } = useReading(room, snapshot, me);
  const other = otherSide(conversation, me);
  const rows = useMemo(
    () => rowsOf(snapshot.entries, snapshot.pending, me),
    [snapshot.entries, snapshot.pending, me],
  );
  movesRef.current = {
    toEnd,
    toSeq: (seq) => {
      const index = rows.findIndex((row) => 'entry' in row && row.entry?.seq === seq);
      const row = list.current?.querySelector('.message-rows')?.children[index];
      row?.scrollIntoView({ block: 'center' });
      return Promise.resolve(row !== undefined);
    },
  };
  const lastOwn = rows.findLast(
    (row) =>
      (row.type === 'bubble' || row.type === 'offer' || row.type === 'appointment') &&
      row.own &&
      row.entry,
  );
  const delivery = deliveryOf(lastOwn, conversation, other.id);
  return (
    <div class="messages-frame">
      <div class="messages" ref={list} tabIndex={0} aria-label={t('room.messages')} role="region">
        <div ref={top} class="messages-top">
          {snapshot.hasOlder ? (
            <p class="entry-line">
              <span>{t('room.older')}</span>
            </p>
          ) : (
            <p class="safety">
              <Icon name="shield" />
              {t('room.safety')}
            </p>
          )}
        </div>
        <ol class="message-rows">
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              delivery={row === lastOwn ? delivery : undefined}
              {...{ room, snapshot, conversation, me, deals, name: nameOf(other, t) }}
            />
          ))}
          {snapshot.typing && (
            <li class="typing">
              <span class="typing-dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {t('room.typing', nameOf(other, t))}
            </li>
          )}
        </ol>
      </div>
      {below > 0 && (
        <button type="button" class="pill" onClick={toEnd}>
          <Icon name="down" />
          {t('room.newMessages', below)}
        </button>
      )}
    </div>
  );
}

function RowView(props: {
  row: Row;
  delivery: Delivery | undefined;
  room: RoomHandle;
  snapshot: RoomSnapshot;
  conversation: Conversation;
  me: string;
  deals: Deals;
  name: string;
}) {
  const { row, delivery, room, conversation } = props;
  const format = useFormat();
  if (row.type === 'day') {
    return (
      <li class="day">
        <span>{format.fullDate(row.at)}</span>
      </li>
    );
  }
  if (row.type === 'line') return <EntryLine entry={row.entry} conversation={conversation} />;
  if (row.type === 'bubble') {
    return <Bubble row={row} name={props.name} delivery={delivery} room={room} />;
  }
  const { deals, me } = props;
  if (row.type === 'deal') {
    const deal = deals.byId.get(row.dealId);
    return deal ? (
      <li class="deal-row">
        <article class={`deal-card is-${deal.state}`} data-deal-state={deal.state}>
          <DealBody {...{ deal, deals, me }} />
        </article>
      </li>
    ) : null;
  }
  if (row.type === 'appointment') return <AppointmentCard {...{ row, deals, delivery }} />;
  const { offer } = row.entry;
  if (!offer) return null;
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

/** How far one's last entry has got with the other side. */
function deliveryOf(
  row: Row | undefined,
  conversation: Conversation,
  otherId: string,
): Delivery | undefined {
  if (!row || !('entry' in row) || !row.entry) return undefined;
  const position = conversation.cursors[otherId];
  if (position && position.readSeq >= row.entry.seq) return 'read';
  return position && position.deliveredSeq >= row.entry.seq ? 'delivered' : 'sent';
}
