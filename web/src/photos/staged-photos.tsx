import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { describePhoto, mayPass } from './describe-photo.js';
import { UploadRing } from './upload-ring.js';
import type { ChosenPhotos } from './use-photos.js';

/** The photos of the next message, above the box: how far each is, what was refused, and the way out. */
export function StagedPhotos({ photos }: { photos: ChosenPhotos }) {
  const { t } = useLanguage();
  const all = photos.photos;
  if (all.length === 0) return null;
  return (
    <>
      {photos.failed > 0 && (
        <ul class="composer-note" role="alert">
          {all.map((photo, index) => {
            const { key, file, error } = photo;
            if (!error || !file) return null;
            return (
              <li key={key}>
                {describePhoto(index + 1, file, error, t)}{' '}
                {mayPass(error) && (
                  <button type="button" class="button-text" onClick={() => photos.retry(photo)}>
                    {t('room.retry')}
                  </button>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <div class="staged">
        {all.map(({ key, preview, imageId, error, share = 0 }, index) => {
          const number = index + 1;
          const isUploading = !imageId && !error;
          return (
            <button
              key={key}
              type="button"
              class={`staged-photo ${error ? 'is-failed' : isUploading ? 'is-uploading' : ''}`}
              aria-label={t(isUploading ? 'photos.cancel' : 'room.removePhoto', number)}
              onClick={() => photos.remove(key)}
            >
              <img src={preview} alt="" />
              {isUploading && <UploadRing share={share} label={t('photos.uploadOf', number)} />}
              <Icon name="cross" />
            </button>
          );
        })}
        {photos.uploading > 0 && <span role="status">{t('room.uploading')}</span>}
      </div>
    </>
  );
}
