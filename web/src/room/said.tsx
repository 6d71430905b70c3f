import type { ComponentChildren } from 'preact';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { Linked } from './linked.js';
import type { Said } from './rows.js';

/** The content of a bubble. */
export function SaidView(props: {
  said: Said;
  /** Who says it, for those who do not see the side it stands on. */
  name: string | undefined;
  /** What it answers. */
  quote?: ComponentChildren;
  photos?: ComponentChildren;
}) {
  const { said, name, quote, photos } = props;
  const { t } = useLanguage();
  const who = name && <span class="visually-hidden">{name}: </span>;
  if (said.unsent) {
    return (
      <p class="bubble is-unsent">
        {who}
        {t('room.unsent')}
      </p>
    );
  }
  return (
    <div class="said">
      {said.text === undefined && quote}
      {photos}
      {said.place && (
        <a
          class="said-place"
          href={`https://www.openstreetmap.org/?mlat=${said.place.latitude}&mlon=${said.place.longitude}#map=17/${said.place.latitude}/${said.place.longitude}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          <Icon name="pin" />
          <span>{said.place.name ?? t('room.place')}</span>
        </a>
      )}
      {said.text !== undefined && (
        <div class="bubble">
          {quote}
          <p>
            {who}
            <Linked text={said.text} />
            {said.edited && <small class="bubble-edited"> {t('room.edited')}</small>}
          </p>
        </div>
      )}
    </div>
  );
}
