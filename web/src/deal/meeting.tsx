import type { Appointment } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { MapLink } from '../parts/map-link.js';

/** When and where two people meet. */
export function Meeting({ appointment }: { appointment: Pick<Appointment, 'at' | 'place'> }) {
  const { t } = useLanguage();
  const format = useFormat();
  const { at, place } = appointment;
  const { point } = place;
  return (
    <dl class="meeting">
      <dt class="visually-hidden">{t('appointment.at')}</dt>
      <dd>
        <Icon name="clock" />
        <time dateTime={at}>{format.meeting(at)}</time>
      </dd>
      <dt class="visually-hidden">{t('appointment.place')}</dt>
      <dd>
        <Icon name="pin" />
        {point ? <MapLink at={point}>{place.name}</MapLink> : <span>{place.name}</span>}
      </dd>
    </dl>
  );
}
