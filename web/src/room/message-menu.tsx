import { useState } from 'preact/hooks';
import { limits, type Message, type RoomHandle } from '../../../client/index.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { Sheet } from '../parts/sheet.js';

/** Seconds since a message was sent, by this device's clock. Used only to hide buttons that the server would refuse. */
const age = (message: Message) => (Date.now() - Date.parse(message.createdAt)) / 1_000;

/** The menu to edit one's message or take it back, shown while that is allowed. */
export function MessageMenu({ message, room }: { message: Message; room: RoomHandle }) {
  const { t } = useLanguage();
  const [open, setOpen] = useState(false);
  if (message.state === 'unsent' || age(message) > limits.editSeconds) return null;
  return (
    <>
      <button
        type="button"
        class="bubble-menu"
        aria-label={t('room.menu')}
        onClick={() => setOpen(true)}
      >
        <Icon name="more" />
      </button>
      {open && <Actions message={message} room={room} onClose={() => setOpen(false)} />}
    </>
  );
}

function Actions(props: { message: Message; room: RoomHandle; onClose: () => void }) {
  const { message, room, onClose } = props;
  const { t } = useLanguage();
  const toast = useToast();
  const [text, setText] = useState(message.text ?? '');
  const [busy, setBusy] = useState(false);
  const act = async (act: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await act();
      onClose();
    } catch (error) {
      toast(describeError(error, t));
      setBusy(false);
    }
  };
  const changed = text.trim() !== '' && text.trim() !== message.text;
  return (
    <Sheet title={t('room.menu')} onClose={onClose}>
      {message.text !== undefined && (
        <form
          class="sheet-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (changed) void act(() => room.edit(message.seq, text.trim()));
          }}
        >
          <textarea
            class="composer-box edit-box"
            rows={3}
            maxLength={limits.textLength}
            aria-label={t('room.message')}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button
            type="submit"
            class="button button-primary button-wide"
            disabled={busy || !changed}
          >
            {t('room.edit')}
          </button>
        </form>
      )}
      {age(message) <= limits.unsendSeconds && (
        <button
          type="button"
          class="button button-wide unsend-button"
          disabled={busy}
          onClick={() => void act(() => room.unsend(message.seq))}
        >
          <Icon name="trash" />
          {t('room.unsend')}
        </button>
      )}
    </Sheet>
  );
}
