import type { ComponentChildren } from 'preact';
import type { Place } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { PlaceDrawing } from '../listing/place-map.js';
import { Icon } from '../parts/icon.js';

/** What the small map shows from side to side, in metres. */
const across = 2_400;

/** A place that somebody sent, on a small map. It leads to a real one. */
export function SaidPlace({ place, who }: { place: Place; who: ComponentChildren }) {
  const { latitude, longitude, name } = place;
  const { t } = useLanguage();
  return (
    <a
      class="said-place"
      href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`}
      target="_blank"
      rel="noopener noreferrer"
    >
      <span class="said-map">
        <PlaceDrawing spot={place} across={across} />
      </span>
      <span class="said-place-name">
        {who}
        <Icon name="pin" />
        <b>{name ?? t('room.place')}</b>
        <small>{t('place.open')}</small>
      </span>
    </a>
  );
}
