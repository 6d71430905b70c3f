import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';

/** The button under a list that goes on; nothing at its end. */
export function LoadMore({ onMore }: { onMore: (() => Promise<void>) | undefined }) {
  const { t } = useLanguage();
  const { busy, act } = useWork();
  return (
    onMore && (
      <button
        type="button"
        class="button feed-more"
        disabled={busy}
        onClick={() => void act(onMore)}
      >
        {t(busy ? 'common.loading' : 'feed.more')}
      </button>
    )
  );
}
