import { useLayoutEffect, useState } from 'preact/hooks';
import type { Image } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { Gallery } from './gallery.js';
import { Icon } from './icon.js';
import { useDialog } from './use-dialog.js';

/** Photos of which a tap shows the whole, since what stands in a list or on a page is cut to its frame. */
export function Photos({ images }: { images: readonly Image[] }) {
  const [opened, setOpened] = useState<number | null>(null);
  return (
    <>
      <Gallery images={images} onOpen={setOpened} />
      {opened !== null && (
        <PhotoViewer images={images} first={opened} onClose={() => setOpened(null)} />
      )}
    </>
  );
}

/** Over everything else; Escape, the cross and the browser's way back close it. */
export function PhotoViewer(props: {
  images: readonly Image[];
  first: number;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const { images, first, onClose } = props;
  const dialog = useDialog(onClose);
  // Shown before the gallery measures itself to find its first photo.
  const [open, setOpen] = useState(false);
  useLayoutEffect(() => setOpen(true), []);
  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-label={t('room.photos', images.length)}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {open && <Gallery images={images} first={first} />}
      <button type="button" class="viewer-close" aria-label={t('common.close')} onClick={onClose}>
        <Icon name="cross" />
      </button>
    </dialog>
  );
}
