import type { ListingState } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';

/** The state of a listing; nothing while it is for sale, which is what one expects. */
export function StateChip({ state, always }: { state: ListingState; always?: boolean }) {
  const { t } = useLanguage();
  if (state === 'onSale' && !always) return null;
  return <span class={`chip chip-${state}`}>{t(`listing.state.${state}`)}</span>;
}
