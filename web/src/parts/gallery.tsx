import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Image } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from './icon.js';
import { useBlur } from './use-blur.js';

/** The photos of a listing side by side, one at a time: swiped on a phone, with buttons on a desk. */
export function Gallery(props: {
  images: readonly Image[];
  /** The one that is shown first. */
  first?: number;
  /** A photo was tapped. */
  onOpen?: (index: number) => void;
}) {
  const { images, first = 0, onOpen } = props;
  const { t } = useLanguage();
  const strip = useRef<HTMLUListElement>(null);
  const [shown, setShown] = useState(first);
  useLayoutEffect(() => {
    const { current } = strip;
    if (current) current.scrollLeft = first * current.clientWidth;
  }, [first]);
  const go = (to: number) => {
    const { current } = strip;
    current?.scrollTo({ left: to * current.clientWidth, behavior: 'smooth' });
  };
  return (
    <section class="gallery" aria-label={t('room.photos', images.length)}>
      <ul
        ref={strip}
        class="gallery-strip"
        // Scrolls by the arrow keys.
        tabIndex={images.length > 1 ? 0 : -1}
        onScroll={({ currentTarget: { scrollLeft, clientWidth } }) =>
          setShown(Math.round(scrollLeft / Math.max(1, clientWidth)))
        }
      >
        {images.map((image, index) => (
          <li key={image.id}>
            {onOpen ? (
              <button
                type="button"
                class="gallery-open"
                aria-label={t('photos.open', index + 1)}
                aria-haspopup="dialog"
                onClick={() => onOpen(index)}
              >
                <Photo image={image} number={index + 1} />
              </button>
            ) : (
              <Photo image={image} number={index + 1} whole />
            )}
          </li>
        ))}
      </ul>
      {images.length > 1 && (
        <>
          <span class="gallery-count" aria-hidden="true">
            {shown + 1} / {images.length}
          </span>
          <button
            type="button"
            class="gallery-step is-back"
            aria-label={t('photos.previous')}
            disabled={shown === 0}
            onClick={() => go(shown - 1)}
          >
            <Icon name="back" />
          </button>
          <button
            type="button"
            class="gallery-step is-next"
            aria-label={t('photos.next')}
            disabled={shown === images.length - 1}
            onClick={() => go(shown + 1)}
          >
            <Icon name="next" />
          </button>
        </>
      )}
    </section>
  );
}

/** `whole`: what its frame leaves beside it stays empty. */
function Photo(props: { image: Image; number: number; whole?: boolean }) {
  const { image, number, whole } = props;
  const { t } = useLanguage();
  const { urls, width, height, thumbhash } = image;
  return (
    <img
      class="picture"
      src={urls.full}
      width={width}
      height={height}
      alt={t('room.photo', number)}
      loading={number === 1 ? 'eager' : 'lazy'}
      decoding="async"
      style={useBlur(whole ? undefined : thumbhash)}
    />
  );
}
