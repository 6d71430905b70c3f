import type { Listing } from '../../../client/index.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';

/** Hands the address of a listing to another app, or copies it where the browser has nothing for that. */
export function ShareButton({ listing }: { listing: Listing }) {
  const { t } = useLanguage();
  const format = useFormat();
  const toast = useToast();
  const url = `${location.origin}/listings/${encodeURIComponent(listing.id)}`;
  const copy = () =>
    navigator.clipboard.writeText(url).then(
      () => toast(t('share.copied')),
      () => toast(url),
    );
  const share = async () => {
    if (typeof navigator.share !== 'function') return copy();
    const text = `${listing.title}, ${format.price(listing.price)}`;
    try {
      await navigator.share({ title: listing.title, text, url });
    } catch (error) {
      // Whoever closes the browser's own sheet wants nothing more.
      if ((error as Error).name !== 'AbortError') await copy();
    }
  };
  return (
    <button
      type="button"
      class="button-icon"
      aria-label={t('share.button')}
      onClick={() => void share()}
    >
      <Icon name="share" />
    </button>
  );
}
