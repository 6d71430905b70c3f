import { useState } from 'preact/hooks';
import { HaggleError } from '../../../client/index.js';
import { tradeLimits } from '../../../client/market.js';
import { useSignIn } from '../account/sign-in.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import type { Asked } from '../search/use-found.js';

/** Saves the search that is shown, to hear of what is listed for it. */
export function SaveSearch({ asked }: { asked: Asked }) {
  const { alerts } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const { thenDo } = useSignIn();
  const [busy, setBusy] = useState(false);
  const { q, near, radiusKm, category, minPrice, maxPrice } = asked;
  const save = async () => {
    setBusy(true);
    const wanted = Object.entries({ q, near, radiusKm, category, minPrice, maxPrice });
    try {
      await alerts.addSavedSearch(
        Object.fromEntries(wanted.filter(([, value]) => value !== undefined)),
      );
      toast(t('alerts.saved'));
    } catch (error) {
      const code = error instanceof HaggleError ? error.code : undefined;
      if (code === 'VALIDATION_FAILED') toast(t('alerts.saveVague'));
      else if (code === 'FORBIDDEN') toast(t('alerts.tooManySearches', tradeLimits.savedSearches));
      else toast(describeError(error, t));
    }
    setBusy(false);
  };
  return (
    <button type="button" class="button save-search" disabled={busy} onClick={() => thenDo(save)}>
      <Icon name="bell" />
      {t('alerts.save')}
    </button>
  );
}
