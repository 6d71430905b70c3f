import { useState } from 'preact/hooks';
import { limits, type Message, type RoomHandle } from '../../../client/index.js';
import { useToast } from '../app/toast.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { MenuItem } from '../parts/menu-item.js';
import { Sheet } from '../parts/sheet.js';
import { ReportSheet } from '../safety/report-sheet.js';

/** Seconds since a message was sent, by this device's clock. Used only to hide buttons that the server would refuse. */
const age = (message: Message) => (Date.now() - Date.parse(message.createdAt)) / 1_000;

/** What one may do with a message: answer it, copy it, change or take back one's own, report the other side's. */
export function MessageMenu(props: {
  message: Message;
  own: boolean;
  room: RoomHandle;
  /** Undefined where nothing can be said any more. */
  onReply: (() => void) | undefined;
  onClose: () => void;
}) {
  const { message, own, room, onReply, onClose } = props;
  const { t } = useLanguage();
  const toast = useToast();
  const [next, setNext] = useState<'edit' | 'report'>();
  const { busy, act } = useWork();
  const { text } = message;
  if (next === 'report') return <ReportSheet target="message" id={message.id} onClose={onClose} />;
  if (next === 'edit') return <EditSheet {...{ message, room, onClose }} />;
  const copy = async (said: string) => {
    try {
      await navigator.clipboard.writeText(said);
      toast(t('message.copied'));
    } catch {
      toast(t('message.notCopied'));
    }
    onClose();
  };
  const unsend = async () => {
    await act(() => room.unsend(message.seq));
    onClose();
  };
  return (
    <Sheet title={t('room.message')} onClose={onClose}>
      <ul class="menu-list">
        {onReply && (
          <MenuItem
            icon="reply"
            name={t('message.reply')}
            onClick={() => {
              onClose();
              onReply();
            }}
          />
        )}
        {text !== undefined && (
          <MenuItem icon="copy" name={t('message.copy')} onClick={() => void copy(text)} />
        )}
        {own && text !== undefined && age(message) <= limits.editSeconds && (
          <MenuItem icon="edit" name={t('room.edit')} onClick={() => setNext('edit')} />
        )}
        {own && age(message) <= limits.unsendSeconds && (
          <MenuItem
            icon="trash"
            name={t('room.unsend')}
            grave
            busy={busy}
            onClick={() => void unsend()}
          />
        )}
        {!own && (
          <MenuItem
            icon="flag"
            name={t('report.title.message')}
            grave
            onClick={() => setNext('report')}
          />
        )}
      </ul>
    </Sheet>
  );
}

function EditSheet(props: { message: Message; room: RoomHandle; onClose: () => void }) {
  const { message, room, onClose } = props;
  const { t } = useLanguage();
  const [text, setText] = useState(message.text ?? '');
  const { busy, error, send } = useWork();
  const changed = text.trim() !== '' && text.trim() !== message.text;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!changed || busy) return;
    if (await send(() => room.edit(message.seq, text.trim()))) onClose();
  };
  return (
    <Sheet title={t('message.editTitle')} onClose={onClose}>
      <form class="sheet-form" onSubmit={(event) => void submit(event)}>
        <textarea
          class="composer-box edit-box"
          rows={3}
          maxLength={limits.textLength}
          aria-label={t('room.message')}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" class="button button-primary button-wide" disabled={busy || !changed}>
          {t('room.edit')}
        </button>
      </form>
    </Sheet>
  );
}
