import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { limits, type Place, type RoomHandle } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { keptRoomPhotos } from '../listing/kept-form.js';
import { Icon } from '../parts/icon.js';
import { picturesIn, useDroppedPhotos } from '../photos/given-photos.js';
import { PhotoPicker } from '../photos/photo-picker.js';
import { StagedPhotos } from '../photos/staged-photos.js';
import { usePhotos } from '../photos/use-photos.js';
import { EnterToSend, type EnterKey, type EnterVerdict } from './enter-to-send.js';
import { keptDraft } from './kept-draft.js';
import { NumberCaution } from './number-caution.js';
import { PlaceSheet } from './place-sheet.js';
import { ReplyTo } from './reply-to.js';

/** On a touch keyboard Enter breaks the line, and the button sends. */
const isTouch = () => matchMedia('(pointer: coarse)').matches;

/** The box one writes in. Its text and photos stay on the device until they are sent or cleared. */
export function Composer(props: {
  room: RoomHandle;
  id: string;
  /** The box, so that the room can give the focus back to it. */
  box: RefObject<HTMLTextAreaElement | null>;
  onSent: () => void;
  onOffer: (() => void) | undefined;
  /** The entry that the next message answers. */
  replyTo: number | undefined;
  onReplyTo: (seq: number | undefined) => void;
}) {
  const { room, id, box, replyTo } = props;
  const { t } = useLanguage();
  const { client } = useHaggle();
  const toast = useToast();
  const enter = useRef(new EnterToSend());
  const userId = client.userId.snapshot() ?? '';
  const draft = useMemo(() => keptDraft(userId, id), [userId, id]);
  const kept = useMemo(() => keptRoomPhotos(userId, id), [userId, id]);
  const photos = usePhotos({ most: limits.imagesPerMessage, kept });
  const [text, setText] = useState(() => draft.read().text);
  const [isOpen, setIsOpen] = useState(false);
  const [placing, setPlacing] = useState(false);
  const plus = useRef<HTMLButtonElement>(null);
  const tooLong = text.length > limits.textLength;
  const isFull = photos.photos.length >= limits.imagesPerMessage;
  const isIdle = (text.trim() === '' && photos.toSend.length === 0) || photos.reading;

  const show = (next: string) => {
    if (box.current) box.current.value = next;
    setText(next);
  };
  // The box keeps what is in it by itself: to write it on every draw would break what an input method composes.
  useLayoutEffect(() => show(text), [draft]);
  useEffect(() => {
    if (!isTouch()) box.current?.focus({ preventScroll: true });
  }, [draft]);
  useEffect(() => draft.keep({ text: box.current?.value ?? '', replyTo }), [draft, replyTo]);
  // The tab that is looked at is the one that writes; the others follow.
  useEffect(
    () =>
      draft.watch((written) => {
        if (document.hasFocus()) return;
        show(written.text);
        props.onReplyTo(written.replyTo);
      }),
    [draft],
  );

  const changed = () => {
    const next = box.current?.value ?? '';
    setText(next);
    draft.keep({ text: next, replyTo });
    room.setTyping(next.trim() !== '');
  };
  const addPhotos = (files: File[]) => {
    setIsOpen(false);
    if (files.length > 0 && !photos.add(files))
      toast(t('room.tooManyPhotos', limits.imagesPerMessage));
  };
  const isOver = useDroppedPhotos(addPhotos);
  const send = () => {
    const written = box.current?.value ?? '';
    const said = written.trim();
    const isNothing = said === '' && photos.toSend.length === 0;
    if (isNothing || photos.reading || written.length > limits.textLength) return;
    const reply = { replyToSeq: replyTo };
    // What is not uploaded yet waits with the message, as words do. What was refused is named above the box.
    if (photos.toSend.length > 0) room.send({ photos: photos.toSend, text: said }, reply);
    else room.send({ text: said }, reply);
    photos.clear();
    show('');
    draft.keep({ text: '' });
    box.current?.focus();
    props.onReplyTo(undefined);
    props.onSent();
  };
  // What is typed meanwhile stays in the box.
  const sendPlace = (place: Place) => {
    room.send({ place }, { replyToSeq: replyTo });
    props.onReplyTo(undefined);
    props.onSent();
  };
  const obey = (verdict: EnterVerdict, event: Event) => {
    if (verdict === 'leave') return;
    event.preventDefault();
    if (verdict === 'send') send();
  };

  const form = (
    <form
      class={`composer ${isOver ? 'is-over' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {isOver && <p class="composer-drop">{t('room.dropPhotos')}</p>}
      {tooLong && (
        <p class="composer-note" role="alert">
          {t('room.tooLong', limits.textLength)}
        </p>
      )}
      <NumberCaution text={text} live />
      {replyTo !== undefined && (
        <ReplyTo room={room} seq={replyTo} onGiveUp={() => props.onReplyTo(undefined)} />
      )}
      <StagedPhotos photos={photos} />
      <div class="composer-row">
        <button
          ref={plus}
          type="button"
          class="button-icon composer-open"
          aria-label={t('room.more')}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'cross' : 'sell'} />
        </button>
        <div class={`composer-more ${isOpen ? 'is-open' : ''}`}>
          <PhotoPicker class="button composer-act" disabled={isFull} onPick={addPhotos}>
            <Icon name="photo" />
            <span>{t('room.addPhotos')}</span>
          </PhotoPicker>
          <button
            type="button"
            class="button composer-act"
            aria-haspopup="dialog"
            onClick={() => {
              // Where this button hides with its row, the sheet gives the focus back to the plus.
              plus.current?.focus();
              setIsOpen(false);
              setPlacing(true);
            }}
          >
            <Icon name="pin" />
            <span>{t('place.button')}</span>
          </button>
          {props.onOffer && (
            <button
              type="button"
              class="button composer-act"
              onClick={() => {
                setIsOpen(false);
                props.onOffer?.();
              }}
            >
              <Icon name="tag" />
              <span>{t('offer.button')}</span>
            </button>
          )}
        </div>
        <textarea
          ref={box}
          class="composer-box"
          rows={1}
          aria-label={t('room.message')}
          placeholder={t('room.placeholder')}
          autoComplete="off"
          enterkeyhint={isTouch() ? 'enter' : 'send'}
          onInput={changed}
          onPaste={(event) => {
            // Words that were copied with a picture of them are words.
            if (event.clipboardData?.types.includes('text/plain')) return;
            const pictures = picturesIn(event.clipboardData);
            if (pictures.length === 0) return;
            event.preventDefault();
            addPhotos(pictures);
          }}
          onCompositionStart={() => enter.current.compositionStart()}
          onCompositionUpdate={(event) => enter.current.compositionUpdate(event.data)}
          onCompositionEnd={(event) => obey(enter.current.compositionEnd(event.data), event)}
          onKeyDown={(event) => {
            if (!isTouch()) obey(enter.current.keyDown(pressed(event)), event);
          }}
          onKeyUp={(event) => enter.current.keyUp(event)}
          onBeforeInput={(event) => {
            const kind = (event as InputEvent).inputType;
            if (kind === 'insertLineBreak' && enter.current.swallowsLineBreak) {
              event.preventDefault();
            }
          }}
        />
        <button
          type="submit"
          class="button-icon composer-send"
          aria-label={t('room.send')}
          disabled={isIdle || tooLong}
          // Keeps the focus, and with it the keyboard of a phone, in the box.
          onPointerDown={(event) => event.preventDefault()}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
  // A form stands in no other form.
  return (
    <>
      {form}
      {placing && <PlaceSheet onSend={sendPlace} onClose={() => setPlacing(false)} />}
    </>
  );
}

/** `keyCode` is out of date everywhere but here: it is the only sign of a press that an input method took. */
function pressed(event: KeyboardEvent): EnterKey {
  const { key, code, shiftKey, isComposing } = event;
  const { keyCode } = event as unknown as { keyCode: number };
  return { key, code, shiftKey, isComposing, keyCode };
}
