import type { Conversation, RoomHandle } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { Icon, type IconName } from '../parts/icon.js';
import { Sheet } from '../parts/sheet.js';
import { otherSide } from '../room/other-side.js';

interface ChatAct {
  name: 'pin' | 'unpin' | 'mute' | 'unmute' | 'archive' | 'unarchive';
  icon: IconName;
  by: (room: RoomHandle) => Promise<void>;
}

/** What one may do with a chat as one has it; nothing is pinned in the archive. */
function actsOn({ pinned, muted, archived }: Conversation): ChatAct[] {
  const pin = { name: pinned ? 'unpin' : 'pin', icon: 'thumbtack' } as const;
  const mute = { name: muted ? 'unmute' : 'mute', icon: muted ? 'bell' : 'bellOff' } as const;
  const archive = { name: archived ? 'unarchive' : 'archive', icon: 'archive' } as const;
  return [
    ...(archived ? [] : [{ ...pin, by: (room: RoomHandle) => room.pin(!pinned) }]),
    { ...mute, by: (room) => room.mute(!muted) },
    { ...archive, by: (room) => room.archive(!archived) },
  ];
}

/** Says so where an act could not be done, and where it took the chat out of the list. */
export function useChatActs(conversation: Conversation) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  return actsOn(conversation).map(({ name, icon, by }) => ({
    name,
    icon,
    run: () =>
      by(client.room(conversation.id)).then(
        () => {
          if (name === 'archive' || name === 'unarchive') toast(t(`chats.done.${name}`));
        },
        (error: unknown) => toast(describeError(error, t)),
      ),
  }));
}

export type ChatActs = ReturnType<typeof useChatActs>;

/** All of them under their names, behind the button of a row. */
export function ChatMenu(props: {
  conversation: Conversation;
  me: string;
  acts: ChatActs;
  onAct: (act: ChatActs[number]) => void;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const title = nameOf(otherSide(props.conversation, props.me), t);
  return (
    <Sheet title={title} onClose={props.onClose}>
      <p class="sheet-hint">{props.conversation.listing.title}</p>
      <div>
        {props.acts.map((act) => (
          <button key={act.name} type="button" class="row-link" onClick={() => props.onAct(act)}>
            <Icon name={act.icon} />
            <span>{t(`chats.act.${act.name}`)}</span>
          </button>
        ))}
      </div>
    </Sheet>
  );
}
