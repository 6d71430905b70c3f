import type { RoomHandle } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { useQuoted } from './quote.js';

/** What the next message answers, above the box, and the way to answer nothing. */
export function ReplyTo(props: { room: RoomHandle; seq: number; onGiveUp: () => void }) {
  const { t } = useLanguage();
  const { name, line } = useQuoted(props.room, props.seq);
  return (
    <div class="composer-reply">
      <span>
        <strong>{t('message.replyingTo', name)}</strong>
        <span>{line}</span>
      </span>
      <button
        type="button"
        class="button-icon"
        aria-label={t('message.noReply')}
        onClick={props.onGiveUp}
      >
        <Icon name="cross" />
      </button>
    </div>
  );
}
