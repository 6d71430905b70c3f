import { useState } from 'preact/hooks';
import { accountLimits } from '../../../client/account.js';
import type { Me } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { devicePosition } from '../app/place.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';

/** Where one lives, and until when that is proven; proves it by where the device is. */
export function Neighbourhood({ me, onProven }: { me: Me; onProven: (me: Me) => void }) {
  const { account } = useHaggle();
  const { t } = useLanguage();
  const { date } = useFormat();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  const prove = async () => {
    setBusy(true);
    setFailure('');
    const at = await devicePosition({ enableHighAccuracy: true }).catch(() => undefined);
    if (!at) setFailure(t('neighbourhood.unknown'));
    else if (at.accuracy > accountLimits.neighbourhoodAccuracyMetres)
      setFailure(t('neighbourhood.vague', Math.round(at.accuracy)));
    else {
      const { latitude, longitude, accuracy } = at;
      await account
        .setNeighbourhood({ latitude, longitude, accuracy })
        .then(onProven, (error: unknown) => setFailure(describeError(error, t)));
    }
    setBusy(false);
  };
  const until = me.neighbourhood && date(me.neighbourhood.provenUntil);
  return (
    <div class={`neighbourhood${me.mustProveNeighbourhood ? ' is-needed' : ''}`}>
      <Icon name="pin" />
      <div>
        <p class="neighbourhood-title">{me.neighbourhood?.name ?? t('neighbourhood.title')}</p>
        <p class="neighbourhood-state" role="status">
          {me.mustProveNeighbourhood
            ? t('neighbourhood.needed')
            : until
              ? t('neighbourhood.until', until)
              : t('neighbourhood.none')}
        </p>
        {failure && (
          <p class="field-error" role="alert">
            {failure}
          </p>
        )}
      </div>
      <button type="button" class="button" disabled={busy} onClick={() => void prove()}>
        {t('neighbourhood.here')}
      </button>
    </div>
  );
}
