import type { ComponentChildren } from 'preact';
import type { Place } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { PlaceDrawing } from '../listing/place-map.js';
import { Icon } from '../parts/icon.js';
import { MapLink } from '../parts/map-link.js';

/** What the small map shows from side to side, in metres. */
const across = 2_400;

/** A place that somebody sent, on a small map. It leads to a real one. */
export function SaidPlace({ place, who }: { place: Place; who: ComponentChildren }) {
  const { name } = place;
  const { t } = useLanguage();
  return (
    <MapLink at={place} class="said-place">
      <span class="said-map">
        <PlaceDrawing spot={place} across={across} />
      </span>
      <span class="said-place-name">
        {who}
        <Icon name="pin" />
        <b>{name ?? t('room.place')}</b>
        <small>{t('place.open')}</small>
      </span>
    </MapLink>
  );
}
