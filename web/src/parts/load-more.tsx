import { useLanguage } from '../i18n/language.js';

/** The button under a list that goes on; nothing at its end. */
export function LoadMore({ onMore }: { onMore: (() => void) | undefined }) {
  const { t } = useLanguage();
  return (
    onMore && (
      <button type="button" class="button feed-more" onClick={onMore}>
        {t('feed.more')}
      </button>
    )
  );
}
