import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Link } from 'wouter';
import type { Conversation, Message, PendingMessage } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { ChatMenu, useChatActs, type ChatActs } from '../chats/chat-acts.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Avatar } from '../parts/avatar.js';
import { Icon } from '../parts/icon.js';
import { ListingPicture } from '../parts/listing-picture.js';
import { StateChip } from '../parts/state-chip.js';
import { keptDraft } from '../room/kept-draft.js';
import { otherSide } from '../room/other-side.js';
import { useMessageLine } from '../room/use-message-line.js';

/**
 * One conversation in the list, and what one may do with it: by a swipe to the left where there is no mouse, else by a
 * button that shows under the pointer and to the keyboard.
 */
export function ChatRow(props: {
  conversation: Conversation;
  /** What one wrote last, and was not confirmed yet. */
  pending: PendingMessage | undefined;
  me: string;
  open: boolean;
  /** The row that is swiped open: one at a time. */
  swiped: RefObject<HTMLElement | null>;
  /** Takes the focus of a row that left the list. */
  list: RefObject<HTMLElement | null>;
}) {
  const { conversation, pending, me, swiped, list } = props;
  const { t } = useLanguage();
  const [menu, setMenu] = useState(false);
  const slide = useRef<HTMLDivElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const acts = useChatActs(conversation);
  const act = async ({ run }: ChatActs[number]) => {
    setMenu(false);
    slide.current?.scrollTo({ left: 0 });
    await run();
    // A row that moves loses the focus.
    requestAnimationFrame(() => {
      if (document.activeElement !== document.body) return;
      (more.current ?? list.current)?.focus({ preventScroll: true });
    });
  };
  const closeOther = () => {
    const here = slide.current;
    if (!here || here.scrollLeft === 0 || swiped.current === here) return;
    swiped.current?.scrollTo({ left: 0 });
    swiped.current = here;
  };
  return (
    <li class="chat-item">
      <div class="chat-slide" ref={slide} onScroll={closeOther}>
        <ChatLink {...{ conversation, pending, me }} open={props.open} />
        <div class="chat-acts">
          {acts.map((one) => (
            <button
              key={one.name}
              type="button"
              class={`chat-act chat-act-${one.icon}`}
              onClick={() => void act(one)}
            >
              <Icon name={one.icon} />
              {t(`chats.act.${one.name}`)}
            </button>
          ))}
        </div>
      </div>
      <button
        ref={more}
        type="button"
        class="button-icon chat-more"
        aria-haspopup="dialog"
        aria-label={t('chats.menu', nameOf(otherSide(conversation, me), t))}
        onClick={() => setMenu(true)}
      >
        <Icon name="more" />
      </button>
      {menu && (
        <ChatMenu
          {...{ conversation, me, acts }}
          onAct={(one) => void act(one)}
          onClose={() => setMenu(false)}
        />
      )}
    </li>
  );
}

/** Of what somebody did, such as accepting, the line says who. */
const isSaid = ({ kind, offer }: Message): boolean =>
  offer ? offer.act === 'made' || offer.act === 'countered' : said.includes(kind);
const said: readonly Message['kind'][] = ['text', 'image', 'place'];

/** With whom, about what, the last line, how much is unread. */
function ChatLink(props: {
  conversation: Conversation;
  pending: PendingMessage | undefined;
  me: string;
  open: boolean;
}) {
  const { conversation, pending, me } = props;
  const { client } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const line = useMessageLine();
  const other = otherSide(conversation, me);
  const presence = useReadable(client.presence(other.id));
  const { lastMessage, unread, listing, muted, pinned } = conversation;
  // In the open room one sees it in the box.
  const draft = props.open ? '' : keptDraft(me, conversation.id).read().text.trim();
  const mine = lastMessage?.senderId === me && isSaid(lastMessage);
  return (
    <Link
      href={`/chats/${conversation.id}`}
      class={`chat-row ${unread > 0 ? 'is-unread' : ''}`}
      aria-current={props.open ? 'true' : undefined}
    >
      <span class="chat-face">
        <Avatar user={other} />
        {presence?.online && (
          <span class="online-dot">
            <span class="visually-hidden">{t('chats.online')}</span>
          </span>
        )}
      </span>
      <span class="chat-text">
        <span class="chat-top">
          <strong>{nameOf(other, t)}</strong>
          <StateChip state={listing.state} />
          {pinned && <Mark icon="thumbtack" text={t('chats.pinned')} />}
          {muted && <Mark icon="bellOff" text={t('chats.muted')} />}
          {lastMessage && <time>{format.listTime(lastMessage.createdAt)}</time>}
        </span>
        <span class={`chat-line ${pending ? 'is-pending' : ''}`}>
          {pending
            ? `${t(pending.state === 'failed' ? 'room.failed' : 'room.sending')}: ${pending.text ?? t('room.photos', pending.imageIds?.length ?? 1)}`
            : draft === ''
              ? lastMessage
                ? (mine ? t('chats.you') : '') + line(lastMessage, conversation)
                : t('chats.none')
              : [<b class="chat-draft">{t('chats.draft')}</b>, draft]}
        </span>
        <span class="chat-thing">{listing.title}</span>
      </span>
      <span class="chat-side">
        <span class="chat-art">
          <ListingPicture listing={listing} />
        </span>
        {unread > 0 && (
          <span class={`badge ${muted ? 'is-quiet' : ''}`} aria-label={t('chats.unread', unread)}>
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </span>
    </Link>
  );
}

function Mark({ icon, text }: { icon: 'thumbtack' | 'bellOff'; text: string }) {
  return (
    <span class="chat-mark">
      <Icon name={icon} />
      <span class="visually-hidden">{text}</span>
    </span>
  );
}
