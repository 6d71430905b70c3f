import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import type { Conversation } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { Avatar } from '../parts/avatar.js';
import { Degrees } from '../parts/degrees.js';
import { Icon } from '../parts/icon.js';
import { NodeBadge } from '../parts/node-badge.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { otherSide } from './other-side.js';
import { RoomMenu } from './room-menu.js';

/** Whom one talks to, whether they are there, and what one may do with the room. */
export function RoomHead(props: {
  conversation: Conversation;
  me: string;
  goTo: (seq: number) => void;
}) {
  const { conversation, me, goTo } = props;
  const { client } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const other = otherSide(conversation, me);
  const presence = useReadable(client.presence(other.id));
  const profile = other.deleted ? undefined : `/people/${other.id}`;
  const face = <Avatar user={other} />;
  const seen = presence?.lastActiveAt;
  return (
    <>
      <ScreenBar
        title={nameOf(other, t)}
        href={profile}
        back="/chats"
        face={
          // The name beside it is the same link, which is enough for the keyboard.
          profile ? (
            <Link href={profile} class="bar-face" tabIndex={-1} aria-hidden="true">
              {face}
            </Link>
          ) : (
            <span class="bar-face">{face}</span>
          )
        }
        note={
          presence?.online ? (
            <span class="is-online">{t('chats.online')}</span>
          ) : // The line has its place before it is known.
          seen ? (
            t('room.lastSeen', format.ago(seen))
          ) : (
            !other.deleted && '\u00a0'
          )
        }
      >
        {!other.deleted && <Degrees user={other} />}
        <span class="phone-only room-node">
          <NodeBadge />
        </span>
        <button
          type="button"
          class="button-icon"
          aria-label={t('room.menu')}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
        >
          <Icon name="more" />
        </button>
      </ScreenBar>
      {open && <RoomMenu {...{ conversation, me, goTo }} onClose={() => setOpen(false)} />}
    </>
  );
}
