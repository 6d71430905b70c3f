import type { Listing } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useNow } from '../app/use-now.js';
import { useToast } from '../app/toast.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { forgetFound } from '../search/use-found.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';

/** Moves one's own listing to the top of the feed, or says when that can be done again. */
export function BumpButton({ listing, onDone }: { listing: Listing; onDone: () => void }) {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const toast = useToast();
  const { busy, act } = useWork();
  const now = useNow(60_000);
  const { bump } = listing;
  if (!bump?.from) return null;
  const waitMs = Date.parse(bump.from) - now;
  const put = () =>
    act(async () => {
      await market.bumpListing(listing.id);
      forgetFound(memory);
      toast(t('bump.done'));
      onDone();
    });
  return (
    <div class="bump">
      <button type="button" class="button" disabled={busy || waitMs > 0} onClick={() => void put()}>
        <Icon name="up" />
        {t('bump.button')}
      </button>
      <p>{waitMs > 0 ? t('bump.wait', format.left(bump.from, now)) : t('bump.left', bump.left)}</p>
    </div>
  );
}
