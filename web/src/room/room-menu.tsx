import { useState } from 'preact/hooks';
import { useLocation } from 'wouter';
import type { Conversation } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useChatActs } from '../chats/chat-acts.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { Confirm } from '../parts/confirm.js';
import { MenuItem } from '../parts/menu-item.js';
import { Sheet } from '../parts/sheet.js';
import { ReportSheet } from '../safety/report-sheet.js';
import { forgetFound } from '../search/use-found.js';
import { otherSide } from './other-side.js';
import { RoomSearch } from './room-search.js';

/** What one may do with a room and the person in it. */
export function RoomMenu(props: {
  conversation: Conversation;
  me: string;
  goTo: (seq: number) => void;
  onClose: () => void;
}) {
  const { conversation, me, onClose } = props;
  const { client, market, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [next, setNext] = useState<'search' | 'report' | 'block' | 'leave'>();
  const acts = useChatActs(conversation);
  const other = otherSide(conversation, me);
  const name = nameOf(other, t);
  const orSay = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      toast(describeError(error, t));
    }
  };
  if (next === 'search')
    return <RoomSearch conversation={conversation} goTo={props.goTo} onClose={onClose} />;
  if (next === 'report') return <ReportSheet target="user" id={other.id} onClose={onClose} />;
  if (next === 'block')
    return (
      <Confirm
        title={t('blocks.question', name)}
        hint={t('blocks.hint')}
        yes={t('blocks.block')}
        onYes={() =>
          orSay(async () => {
            await market.blockUser(other.id);
            forgetFound(memory);
            toast(t('blocks.done', name));
          })
        }
        onClose={onClose}
      />
    );
  if (next === 'leave')
    return (
      <Confirm
        title={t('room.leaveAsk')}
        hint={t('room.leaveHint')}
        yes={t('room.leave')}
        onYes={() =>
          orSay(async () => {
            await client.room(conversation.id).leave();
            navigate('/chats', { replace: true });
          })
        }
        onClose={onClose}
      />
    );
  return (
    <Sheet title={name} onClose={onClose}>
      <ul class="menu-list">
        {!other.deleted && (
          <MenuItem
            icon="me"
            name={t('room.profile')}
            onClick={() => navigate(`/people/${other.id}`)}
          />
        )}
        <MenuItem icon="search" name={t('room.search')} onClick={() => setNext('search')} />
        {acts.map((act) => (
          <MenuItem
            key={act.name}
            icon={act.icon}
            name={t(`chats.act.${act.name}`)}
            onClick={() => {
              onClose();
              void act.run();
            }}
          />
        ))}
        {!other.deleted && (
          <>
            <MenuItem
              icon="flag"
              name={t('report.title.user')}
              grave
              onClick={() => setNext('report')}
            />
            <MenuItem
              icon="shield"
              name={t('blocks.block')}
              grave
              onClick={() => setNext('block')}
            />
          </>
        )}
        <MenuItem icon="trash" name={t('room.leave')} grave onClick={() => setNext('leave')} />
      </ul>
    </Sheet>
  );
}
