import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { NodeBadge } from '../parts/node-badge.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { RoomPane } from '../room/room-pane.js';
import { ChatRow } from './chat-row.js';

/** The inbox, and from 900 px on the open room beside it; on a phone one of the two. */
export function ChatsScreen({ roomId }: { roomId?: string }) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const conversations = useReadable(client.conversations);
  const connection = useReadable(client.state);
  const outbox = useReadable(client.outbox);
  const loading = conversations.length === 0 && connection.phase !== 'live';
  return (
    <div class="panes" data-open={roomId ? '' : undefined}>
      <section class="pane-list" aria-label={t('chats.title')}>
        <ScreenBar title={t('chats.title')}>
          <span class="phone-only">
            <NodeBadge />
          </span>
        </ScreenBar>
        <div class="scroll">
          {conversations.length > 0 && (
            <ul class="chat-list">
              {conversations.map((conversation) => (
                <ChatRow
                  key={conversation.id}
                  conversation={conversation}
                  pending={outbox.findLast(({ conversationId: of }) => of === conversation.id)}
                  open={conversation.id === roomId}
                />
              ))}
            </ul>
          )}
          {conversations.length === 0 && !loading && (
            <Empty text={t('chats.empty')} href="/" action={t('chats.emptyAction')} />
          )}
          {loading && (
            <p class="feed-end">
              {t(connection.phase === 'offline' ? 'chats.offline' : 'common.loading')}
            </p>
          )}
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
