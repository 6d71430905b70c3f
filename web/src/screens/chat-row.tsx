import { Link } from 'wouter';
import type { Conversation, Message, PendingMessage } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { ListingPicture } from '../parts/listing-picture.js';
import { Avatar } from '../parts/avatar.js';
import { StateChip } from '../parts/state-chip.js';
import { otherSide } from '../room/other-side.js';
import { useMessageLine } from '../room/use-message-line.js';

/** Of what somebody did, such as accepting, the line says who. */
const isSaid = ({ kind, offer }: Message): boolean =>
  offer ? offer.act === 'made' || offer.act === 'countered' : said.includes(kind);
const said: readonly Message['kind'][] = ['text', 'image', 'place'];

/** One conversation in the inbox: with whom, about what, the last line, how much is unread. */
export function ChatRow({
  conversation,
  pending,
  open,
}: {
  conversation: Conversation;
  /** What one wrote last, and was not confirmed yet. */
  pending?: PendingMessage | undefined;
  open: boolean;
}) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const line = useMessageLine();
  const session = useReadable(client.session);
  const me = session?.user.id ?? '';
  const other = otherSide(conversation, me);
  const { lastMessage, unread, listing } = conversation;
  const mine = lastMessage?.senderId === me && isSaid(lastMessage);
  return (
    <li>
      <Link
        href={`/chats/${conversation.id}`}
        class="chat-row"
        aria-current={open ? 'true' : undefined}
      >
        <span class="chat-face">
          <Avatar user={other} />
        </span>
        <span class="chat-text">
          <span class="chat-top">
            <strong>{nameOf(other, t)}</strong>
            <StateChip state={listing.state} />
            {lastMessage && <time>{format.listTime(lastMessage.createdAt)}</time>}
          </span>
          <span class={`chat-line ${pending ? 'is-pending' : ''}`}>
            {pending
              ? `${t(pending.state === 'failed' ? 'room.failed' : 'room.sending')}: ${pending.text ?? t('room.photos', pending.imageIds?.length ?? 1)}`
              : lastMessage
                ? (mine ? t('chats.you') : '') + line(lastMessage, conversation)
                : t('chats.none')}
          </span>
          <span class="chat-thing">{listing.title}</span>
        </span>
        <span class="chat-side">
          <span class="chat-art">
            <ListingPicture
              id={listing.id}
              category={listing.category}
              thumb={listing.thumb}
              thumbhash={listing.thumbhash}
            />
          </span>
          {unread > 0 && (
            <span class="badge" aria-label={t('chats.unread', unread)}>
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}
