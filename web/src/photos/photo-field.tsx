import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { describePhoto, mayPass } from './describe-photo.js';
import { picturesIn } from './given-photos.js';
import { PhotoPicker } from './photo-picker.js';
import { UploadRing } from './upload-ring.js';
import type { ChosenPhoto, ChosenPhotos } from './use-photos.js';

/** Choosing the photos of a listing, several at once, and their order: the first is the cover. */
export function PhotoField({ photos, error }: { photos: ChosenPhotos; error: string | undefined }) {
  const { t } = useLanguage();
  const toast = useToast();
  const [dragged, setDragged] = useState<string>();
  const add = (files: Iterable<File>) => {
    if (!photos.add(files)) toast(t('photos.tooMany', limits.imagesPerListing));
  };
  const all = photos.photos;
  return (
    <fieldset
      class={`photo-field ${error ? 'is-wrong' : ''}`}
      aria-describedby="photos-note"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        add(picturesIn(event.dataTransfer));
      }}
    >
      <legend>
        {t('photos.label')}{' '}
        <span class="photo-count">{t('photos.count', all.length, limits.imagesPerListing)}</span>
      </legend>
      <div class="photo-row">
        <PhotoPicker
          class="photo-add"
          disabled={all.length >= limits.imagesPerListing}
          onPick={add}
        >
          <Icon name="photo" />
          {t('photos.add')}
        </PhotoPicker>
        <ol class="photo-tiles">
          {all.map((photo, index) => (
            <li
              key={photo.key}
              class={`photo-tile ${dragged === photo.key ? 'is-dragged' : ''}`}
              draggable
              onDragStart={(event) => {
                event.dataTransfer?.setData('text/plain', photo.key);
                setDragged(photo.key);
              }}
              onDragEnd={() => setDragged(undefined)}
              onDragEnter={() => dragged !== undefined && photos.move(dragged, index)}
            >
              <Tile photo={photo} index={index} last={all.length - 1} photos={photos} />
            </li>
          ))}
        </ol>
      </div>
      {photos.uploading > 0 && (
        <p class="photo-progress" role="status">
          {t('photos.uploading', all.length - photos.uploading, all.length)}
        </p>
      )}
      <div id="photos-note" role="alert">
        {error && <p class="field-note">{error}</p>}
        {photos.failed > 0 && (
          <ul class="photo-errors">
            {all.map(
              ({ key, file, error: cause }, index) =>
                Boolean(cause) &&
                file && <li key={key}>{describePhoto(index + 1, file, cause, t)}</li>,
            )}
          </ul>
        )}
      </div>
    </fieldset>
  );
}

function Tile({
  photo,
  index,
  last,
  photos,
}: {
  photo: ChosenPhoto;
  index: number;
  last: number;
  photos: ChosenPhotos;
}) {
  const { t } = useLanguage();
  const state = photo.error ? 'is-failed' : photo.imageId ? '' : 'is-uploading';
  const number = index + 1;
  return (
    <>
      <div class={`photo-picture ${state}`}>
        <img src={photo.preview} alt={t('room.photo', number)} draggable={false} />
        {index === 0 && <span class="photo-cover">{t('photos.cover')}</span>}
        {state === 'is-uploading' && (
          <UploadRing share={photo.share ?? 0} label={t('photos.uploadOf', number)} />
        )}
        {mayPass(photo.error) && (
          <button
            type="button"
            class="button photo-retry"
            aria-label={`${t('room.retry')}: ${t('room.photo', number)}`}
            onClick={() => photos.retry(photo)}
          >
            {t('room.retry')}
          </button>
        )}
      </div>
      <div class="photo-tools">
        <button
          type="button"
          class="button-icon"
          aria-label={t('photos.earlier', number)}
          disabled={index === 0}
          onClick={() => photos.move(photo.key, index - 1)}
        >
          <Icon name="back" />
        </button>
        <button
          type="button"
          class="button-icon"
          aria-label={t(state === 'is-uploading' ? 'photos.cancel' : 'room.removePhoto', number)}
          onClick={() => photos.remove(photo.key)}
        >
          <Icon name="cross" />
        </button>
        <button
          type="button"
          class="button-icon"
          aria-label={t('photos.later', number)}
          disabled={index === last}
          onClick={() => photos.move(photo.key, index + 1)}
        >
          <Icon name="next" />
        </button>
      </div>
    </>
  );
}
