import { useState } from 'preact/hooks';
import { tradeLimits, type Deal } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { ReviewView } from '../parts/review-view.js';
import { ContestSheet } from './contest-sheet.js';
import { ReviewSheet } from './review-sheet.js';
import type { Deals } from './use-deals.js';

/** How a deal ended, and what the two say of each other. */
export function DealEnd({ deal, deals, me }: { deal: Deal; deals: Deals; me: string }) {
  const { t } = useLanguage();
  const format = useFormat();
  const [writing, setWriting] = useState(false);
  const [contesting, setContesting] = useState(false);
  const { reviews, abilities, reason } = deal;
  const other = deal.buyer.id === me ? deal.seller : deal.buyer;
  const key = `deal.reason.${reason ?? ''}`;
  return (
    <>
      {reason !== undefined && t.has(key) && (
        <p class="deal-hint">{t(key as 'deal.reason.other')}</p>
      )}
      {deal.contest && <p class="deal-hint">{t(`contest.state.${deal.contest.state}`)}</p>}
      {abilities.contest && (
        <>
          <p class="deal-hint">{t('contest.hint', tradeLimits.contestHours)}</p>
          <button
            type="button"
            class="button button-wide"
            aria-haspopup="dialog"
            onClick={() => setContesting(true)}
          >
            {t('contest.open')}
          </button>
        </>
      )}
      {contesting && (
        <ContestSheet deal={deal} onDone={deals.reload} onClose={() => setContesting(false)} />
      )}
      {reviews?.theirs && (
        <ReviewView title={t('review.theirs', nameOf(other, t))} review={reviews.theirs} />
      )}
      {reviews?.mine && <ReviewView title={t('review.mine')} review={reviews.mine} />}
      {reviews?.mine && !reviews.mine.shown && (
        <p class="deal-hint">{t('review.waiting', format.date(reviews.mine.shownAt))}</p>
      )}
      {reviews && abilities.review && (
        <>
          <p class="deal-hint">{t('review.until', format.date(reviews.until))}</p>
          <button
            type="button"
            class="button button-primary button-wide"
            aria-haspopup="dialog"
            onClick={() => setWriting(true)}
          >
            {t('review.write')}
          </button>
        </>
      )}
      {writing && (
        <ReviewSheet
          deal={deal}
          name={nameOf(other, t)}
          onDone={deals.reload}
          onClose={() => setWriting(false)}
        />
      )}
    </>
  );
}
