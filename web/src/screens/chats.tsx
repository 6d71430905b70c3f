import { useRef, useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { useOnSight } from '../app/use-on-sight.js';
import { useReadable } from '../app/use-readable.js';
import { chatFilters, fits, type ChatFilter } from '../chats/filters.js';
import { useMoreChats } from '../chats/use-more-chats.js';
import { useLanguage } from '../i18n/language.js';
import { ChipChoice } from '../parts/chip-choice.js';
import { Empty } from '../parts/empty.js';
import { NodeBadge } from '../parts/node-badge.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { RoomPane } from '../room/room-pane.js';
import { ChatRow } from './chat-row.js';

/** The inbox, and from 900 px on the open room beside it; on a phone one of the two. */
export function ChatsScreen({ roomId }: { roomId?: string }) {
  const { memory } = useHaggle();
  const { t } = useLanguage();
  const scroller = useKeptScroll('chats-scroll');
  const key = 'filter of the chats';
  const [filter, setFilter] = useState((memory.get(key) as ChatFilter | undefined) ?? 'all');
  const choose = (next: ChatFilter) => {
    memory.set(key, next);
    setFilter(next);
  };
  return (
    <div class="panes" data-open={roomId ? '' : undefined}>
      <section class="pane-list" aria-label={t('chats.title')}>
        <ScreenBar title={t('chats.title')}>
          <span class="phone-only">
            <NodeBadge />
          </span>
        </ScreenBar>
        <ChipChoice
          title={t('chats.filters')}
          class="chat-filters"
          all={chatFilters.map((id) => ({ id, name: t(`chats.filter.${id}`) }))}
          chosen={filter}
          onChoose={choose}
        />
        <div class="scroll" ref={scroller}>
          <ChatList key={filter} filter={filter} roomId={roomId} />
        </div>
      </section>
      <section class="pane-room" aria-label={t('room.pane')}>
        {roomId ? (
          <RoomPane key={roomId} id={roomId} />
        ) : (
          <div class="pane-empty">
            <Empty text={t('chats.pick')} />
          </div>
        )}
      </section>
    </div>
  );
}

function ChatList({ filter, roomId }: { filter: ChatFilter; roomId: string | undefined }) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const isArchive = filter === 'archived';
  const all = useReadable(isArchive ? client.archived : client.conversations);
  const { phase } = useReadable(client.state);
  const outbox = useReadable(client.outbox);
  const me = useReadable(client.userId) ?? '';
  const { more, load, loadsItself } = useMoreChats(isArchive ? 'archived' : 'active');
  const end = useOnSight(loadsItself, load);
  const list = useRef<HTMLUListElement>(null);
  const swiped = useRef<HTMLElement | null>(null);
  // What is read by looking at it stays under the eye.
  const shown = all.filter((one) => one.id === roomId || fits(filter, one, me));
  if (all.length === 0 && phase !== 'live')
    return <p class="feed-end">{t(phase === 'offline' ? 'chats.offline' : 'common.loading')}</p>;
  if (shown.length === 0 && !more)
    return filter === 'all' ? (
      <Empty text={t('chats.empty')} href="/" action={t('chats.emptyAction')} />
    ) : (
      <Empty text={t(`chats.no.${filter}`)} />
    );
  return (
    <>
      <ul class="chat-list" ref={list} tabIndex={-1} aria-label={t(`chats.filter.${filter}`)}>
        {shown.map((conversation) => (
          <ChatRow
            key={conversation.id}
            conversation={conversation}
            pending={outbox.findLast(({ conversationId: of }) => of === conversation.id)}
            me={me}
            open={conversation.id === roomId}
            swiped={swiped}
            list={list}
          />
        ))}
      </ul>
      {more && (
        <button ref={end} type="button" class="button chat-further" onClick={load}>
          {t('feed.more')}
        </button>
      )}
    </>
  );
}
