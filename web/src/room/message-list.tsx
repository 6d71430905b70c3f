import { useMemo } from 'preact/hooks';
import type { Conversation, RoomHandle, RoomSnapshot } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import type { Deals } from '../deal/use-deals.js';
import { Icon } from '../parts/icon.js';
import type { Delivery } from './bubble.js';
import { otherSide } from './other-side.js';
import { RowView } from './row-view.js';
import { isToldByDeal, Rows, type Row } from './rows.js';
import { loadBackTo, useOlder, useReading, useUnreadFrom } from './use-reading.js';
import { useWindow } from './use-window.js';

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

/** The card of a deal has its place before the deal is there. */
const anyDeal = { has: () => true };

/** The messages of a room, oldest first: from the first unread one on, or with the newest in sight. */
export function MessageList({ room, snapshot, conversation, me, deals, movesRef }: ListProps) {
  const { t } = useLanguage();
  const { entries, pending } = snapshot;
  const { unreadFrom, finding } = useUnreadFrom(room, snapshot, me);
  const waits = finding || deals.isAwaited;
  const maker = useMemo(() => new Rows(), [room]);
  const all = useMemo(
    () =>
      waits
        ? []
        : maker.of({
            entries,
            pending,
            me,
            deals: deals.isComing ? anyDeal : deals.byId,
            unreadFrom: unreadFrom ?? undefined,
          }),
    [waits, entries, pending, me, deals.byId, deals.isComing, unreadFrom],
  );
  const { onLook, below, far } = useReading(room, me, unreadFrom !== undefined);
  const { list, rows, from, to, space, toEnd, toRow } = useWindow(
    all,
    onLook,
    typeof unreadFrom === 'number' ? 'unread' : undefined,
  );
  const top = useOlder(room, snapshot, list, !waits);
  movesRef.current = {
    toEnd,
    toSeq: async (seq) => {
      const there = await loadBackTo(room, seq);
      const entry = there && room.snapshot().entries.find((one) => one.message.seq >= seq);
      if (!entry || isToldByDeal(entry.message)) return false;
      toRow(entry.key, (list.current?.clientHeight ?? 0) / 3, pointOut);
      return true;
    },
  };
  const other = otherSide(conversation, me);
  const name = nameOf(other, t);
  const lastOwn = all.findLast((row) => 'own' in row && row.own && row.entry);
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
        <ol class={`message-rows ${waits ? 'is-waiting' : ''}`} ref={rows}>
          <li aria-hidden="true" style={{ height: `${space.above}px` }} />
          {all.slice(from, to).map((row) => (
            <RowView
              key={row.key}
              row={row}
              delivery={row === lastOwn ? delivery : undefined}
              {...{ room, snapshot, conversation, me, deals, name }}
            />
          ))}
          <li aria-hidden="true" style={{ height: `${space.below}px` }} />
          {snapshot.typing && (
            <li class="typing">
              <span class="typing-dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              {t('room.typing', name)}
            </li>
          )}
        </ol>
      </div>
      {below > 0 ? (
        <button type="button" class="pill" onClick={toEnd}>
          <Icon name="down" />
          {t('room.newMessages', below)}
        </button>
      ) : (
        far && (
          <button type="button" class="pill pill-round" onClick={toEnd}>
            <Icon name="down" />
            <span class="visually-hidden">{t('room.toBottom')}</span>
          </button>
        )
      )}
    </div>
  );
}

/** Shows which row was looked for; who hears, or uses the keyboard, goes on from there. */
function pointOut(row: HTMLElement) {
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.animate([{ background: 'var(--accent-soft)' }, {}], { duration: 2_000, easing: 'ease-in' });
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
