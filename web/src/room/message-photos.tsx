import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Image, Message, PendingMessage } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { PhotoViewer } from '../parts/photo-viewer.js';
import { useBlur } from '../parts/use-blur.js';

interface PhotosProps {
  /** Who sent them; undefined: the reader. */
  name: string | undefined;
  entry: Message | undefined;
  pending: PendingMessage | undefined;
}

/** The photos of a message; a tap shows the whole of one, inside the app. What waits to be sent is shown as it is here. */
export function MessagePhotos({ name, entry, pending }: PhotosProps) {
  const { t } = useLanguage();
  const [opened, setOpened] = useState<number>();
  const images = entry?.images ?? [];
  const waiting = useWaiting(entry ? undefined : pending);
  const count = images.length + waiting.length;
  if (count === 0) return null;
  const nameOf = (index: number) => t('message.photoOf', name, index + 1, count);
  return (
    <div class={`said-images ${count > 1 ? 'is-many' : ''}`}>
      {images.map((image, index) => (
        <button
          key={image.id}
          type="button"
          aria-label={`${nameOf(index)}, ${t('photos.open', index + 1)}`}
          onClick={() => setOpened(index)}
        >
          <Photo image={image} />
        </button>
      ))}
      {waiting.map((source, index) => (
        <img key={source} src={source} alt={nameOf(index)} />
      ))}
      {opened !== undefined && (
        <PhotoViewer images={images} first={opened} onClose={() => setOpened(undefined)} />
      )}
    </div>
  );
}

/** Its size is known before it is there, so that nothing jumps. */
function Photo({ image }: { image: Image }) {
  const { urls, width, height, thumbhash } = image;
  return (
    <img
      src={urls.thumb}
      width={width}
      height={height}
      alt=""
      loading="lazy"
      decoding="async"
      style={useBlur(thumbhash)}
    />
  );
}

/** Where an `<img>` finds the photos of a message that is on its way. */
function useWaiting(pending: PendingMessage | undefined): readonly string[] {
  const { photos, imageIds } = pending ?? {};
  const shown = useMemo(
    () =>
      (photos ?? imageIds ?? []).flatMap((photo) => {
        if (typeof photo === 'string') return { source: `/v1/images/${photo}/thumb`, ours: false };
        return photo instanceof Blob ? { source: URL.createObjectURL(photo), ours: true } : [];
      }),
    [photos, imageIds],
  );
  useEffect(
    () => () => {
      for (const { source, ours } of shown) if (ours) URL.revokeObjectURL(source);
    },
    [shown],
  );
  return shown.map(({ source }) => source);
}
