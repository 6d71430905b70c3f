import { useState } from 'preact/hooks';
import { limits, type Conversation, type Message } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { Sheet } from '../parts/sheet.js';
import { useMessageLine } from './use-message-line.js';

/** Looks for words in one conversation; a tap on what was found goes there. */
export function RoomSearch(props: {
  conversation: Conversation;
  goTo: (seq: number) => void;
  onClose: () => void;
}) {
  const { conversation, goTo, onClose } = props;
  const { client, market } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const lineOf = useMessageLine();
  const [q, setQ] = useState('');
  const [found, setFound] = useState<{ q: string; items: Message[]; next: string | null }>();
  const { busy, error, send } = useWork();
  const search = async (words: string, cursor?: string) => {
    if (words === '' || busy) return;
    await send(async () => {
      const more = cursor === undefined ? {} : { cursor };
      const answer = await market.searchMessages({
        q: words,
        conversationId: conversation.id,
        ...more,
      });
      const before = cursor === undefined ? [] : (found?.items ?? []);
      setFound({ q: words, items: [...before, ...answer.items], next: answer.nextCursor });
    });
  };
  const me = client.userId.snapshot();
  const nameIn = (id: string | null) => {
    const person = [conversation.buyer, conversation.seller].find((one) => one.id === id);
    return id === me ? t('message.you') : person ? nameOf(person, t) : '';
  };
  return (
    <Sheet title={t('room.search')} onClose={onClose}>
      <form
        class="room-search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          void search(q.trim());
        }}
      >
        <input
          class="composer-box"
          type="search"
          enterkeyhint="search"
          maxLength={limits.searchLength}
          aria-label={t('room.search')}
          placeholder={t('room.searchHint')}
          value={q}
          onInput={(event) => setQ(event.currentTarget.value)}
        />
        <button
          type="submit"
          class="button-icon"
          aria-label={t('search.title')}
          disabled={busy || q.trim() === ''}
        >
          <Icon name="search" />
        </button>
      </form>
      <div role="status">
        {busy && !found && <p class="sheet-hint">{t('common.loading')}</p>}
        {error && <p class="form-error">{error}</p>}
        {found?.items.length === 0 && <p class="sheet-hint">{t('search.none', found.q)}</p>}
      </div>
      <ul class="menu-list">
        {found?.items.map((message) => (
          <li key={message.seq}>
            <button
              type="button"
              class="room-found"
              onClick={() => {
                onClose();
                // The sheet gives the focus back first.
                requestAnimationFrame(() => goTo(message.seq));
              }}
            >
              <span>
                <strong>{nameIn(message.senderId)}</strong>
                <time dateTime={message.createdAt}>{format.listTime(message.createdAt)}</time>
              </span>
              <span>{lineOf(message, conversation)}</span>
            </button>
          </li>
        ))}
      </ul>
      {found?.next && (
        <button
          type="button"
          class="button button-wide"
          disabled={busy}
          onClick={() => void search(found.q, found.next ?? undefined)}
        >
          {t(busy ? 'common.loading' : 'feed.more')}
        </button>
      )}
    </Sheet>
  );
}
