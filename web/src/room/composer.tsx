import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { limits, type RoomHandle } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { keptRoomPhotos, keptRoomText } from '../listing/kept-form.js';
import { EnterToSend, type EnterKey, type EnterVerdict } from './enter-to-send.js';
import { StagedPhotos } from '../photos/staged-photos.js';
import { PhotoPicker } from '../photos/photo-picker.js';
import { usePhotos } from '../photos/use-photos.js';
import { ReplyTo } from './reply-to.js';
import { tellsNumber } from './tells-number.js';

/** On a touch keyboard Enter breaks the line, and the button sends. */
const isTouch = () => matchMedia('(pointer: coarse)').matches;

/** The box one writes in. It keeps its text and photos while other screens are shown. */
export function Composer(props: {
  room: RoomHandle;
  id: string;
  /** The box, so that the room can give the focus back to it. */
  box: RefObject<HTMLTextAreaElement | null>;
  onSent: () => void;
  onOffer: (() => void) | undefined;
  /** The entry that the next message answers. */
  replyTo: number | undefined;
  onNoReply: () => void;
}) {
  const { room, id, box, replyTo } = props;
  const { t } = useLanguage();
  const { client } = useHaggle();
  const enter = useRef(new EnterToSend());
  const [length, setLength] = useState(0);
  const [isNumber, setIsNumber] = useState(false);
  const tooLong = length > limits.textLength;
  const toast = useToast();
  const me = client.userId.snapshot() ?? '';
  const kept = useMemo(() => keptRoomPhotos(me, id), [me, id]);
  const draft = useMemo(() => keptRoomText(me, id), [me, id]);
  const photos = usePhotos({ most: limits.imagesPerMessage, kept });
  /** The message goes as soon as its photos are there; how many had been refused when that was said. */
  const [wanted, setWanted] = useState<number>();

  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.value = draft.read();
    setLength(box.current.value.length);
  }, [draft]);
  useEffect(() => {
    if (!isTouch()) box.current?.focus({ preventScroll: true });
  }, [draft]);

  const changed = () => {
    const text = box.current?.value ?? '';
    draft.keep(text);
    setLength(text.length);
    setIsNumber(tellsNumber(text));
    room.setTyping(text.trim() !== '');
  };
  const send = () => {
    const text = box.current?.value ?? '';
    if (!box.current || text.length > limits.textLength) return;
    if (photos.uploading > 0) return setWanted(photos.failed);
    if (photos.photos.length > 0) return sendPhotos();
    if (text.trim() === '') return;
    room.send({ text: text.trim() }, { replyToSeq: replyTo });
    isSent();
  };
  const isSent = () => {
    if (box.current) box.current.value = '';
    draft.keep('');
    setLength(0);
    setIsNumber(false);
    box.current?.focus();
    props.onNoReply();
    props.onSent();
  };
  // The refused ones are named above the box: they are seen before the others go without them.
  const sendPhotos = () => {
    const { imageIds } = photos;
    if (imageIds.length === 0) return;
    const text = box.current?.value.trim() ?? '';
    room.send({ imageIds, ...(text === '' ? {} : { text }) }, { replyToSeq: replyTo });
    photos.clear();
    isSent();
  };
  useEffect(() => {
    if (wanted === undefined || photos.uploading > 0) return;
    setWanted(undefined);
    if (photos.failed <= wanted && !tooLong) sendPhotos();
  }, [wanted, photos.uploading]);
  const obey = (verdict: EnterVerdict, event: Event) => {
    if (verdict === 'leave') return;
    event.preventDefault();
    if (verdict === 'send') send();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {tooLong && (
        <p class="composer-note" role="alert">
          {t('room.tooLong', limits.textLength)}
        </p>
      )}
      {isNumber && (
        <p class="composer-caution" role="status">
          <Icon name="shield" />
          {t('room.numberCaution')}
        </p>
      )}
      {replyTo !== undefined && <ReplyTo room={room} seq={replyTo} onGiveUp={props.onNoReply} />}
      <StagedPhotos photos={photos} />
      <div class="composer-row">
        <PhotoPicker
          class="button-icon"
          aria-label={t('room.addPhotos')}
          disabled={photos.photos.length >= limits.imagesPerMessage}
          onPick={(files) => {
            if (!photos.add(files)) toast(t('room.tooManyPhotos', limits.imagesPerMessage));
          }}
        >
          <Icon name="photo" />
        </PhotoPicker>
        {props.onOffer && (
          <button type="button" class="button composer-offer" onClick={props.onOffer}>
            <Icon name="tag" />
            <span>{t('offer.button')}</span>
          </button>
        )}
        <textarea
          ref={box}
          class="composer-box"
          rows={1}
          aria-label={t('room.message')}
          placeholder={t('room.placeholder')}
          autoComplete="off"
          enterkeyhint={isTouch() ? 'enter' : 'send'}
          onInput={changed}
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
          disabled={(length === 0 && photos.photos.length === 0) || tooLong || wanted !== undefined}
          // Keeps the focus, and with it the keyboard of a phone, in the box.
          onPointerDown={(event) => event.preventDefault()}
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

/** `keyCode` is out of date everywhere but here: it is the only sign of a press that an input method took. */
function pressed(event: KeyboardEvent): EnterKey {
  const { key, code, shiftKey, isComposing } = event;
  const { keyCode } = event as unknown as { keyCode: number };
  return { key, code, shiftKey, isComposing, keyCode };
}
