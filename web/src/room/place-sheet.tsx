import { useState } from 'preact/hooks';
import { limits, type Place } from '../../../client/index.js';
import { devicePosition, usePlace } from '../app/place.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { nameOfSpot, rounded, type Spot } from '../listing/known-places.js';
import { PlaceMap } from '../listing/place-map.js';
import { Field } from '../parts/field.js';
import { Icon } from '../parts/icon.js';
import { Sheet } from '../parts/sheet.js';

/** Where a place is chosen on the map, and may be given a name, to be sent. */
export function PlaceSheet(props: { onSend: (place: Place) => void; onClose: () => void }) {
  const { t, language } = useLanguage();
  const toast = useToast();
  const { place } = usePlace();
  const [spot, setSpot] = useState<Spot>(() => rounded(place, 'exact'));
  const [name, setName] = useState('');
  const [locating, setLocating] = useState(false);
  const locate = async () => {
    setLocating(true);
    try {
      setSpot(rounded(await devicePosition(), 'exact'));
    } catch {
      toast(t('feed.locationFailed'));
    }
    setLocating(false);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    const named = name.trim();
    props.onSend({ ...spot, ...(named ? { name: named } : {}) });
    props.onClose();
  };
  return (
    <Sheet title={t('place.title')} onClose={props.onClose}>
      <form class="form sheet-form" noValidate onSubmit={submit}>
        <div class="field">
          <div class="form-place">
            <Icon name="pin" />
            <span role="status">{nameOfSpot(spot, language) ?? t('sell.onMap')}</span>
            <button
              type="button"
              class="button-text"
              disabled={locating}
              onClick={() => void locate()}
            >
              {t('feed.useLocation')}
            </button>
          </div>
          <PlaceMap spot={spot} exactness="exact" autofocus onMove={setSpot} />
          <p class="field-note">{t('place.hint')}</p>
        </div>
        <Field name="place-name" label={t('place.name')}>
          <input
            id="place-name"
            maxLength={limits.placeNameLength}
            value={name}
            placeholder={t('appointment.placePlaceholder')}
            autoComplete="off"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="button button-primary button-wide">
          {t('place.submit')}
        </button>
      </form>
    </Sheet>
  );
}
