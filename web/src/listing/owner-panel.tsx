import { useState } from 'preact/hooks';
import type { Listing } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { forgetFound } from '../search/use-found.js';
import { Confirm } from '../parts/confirm.js';
import { Icon } from '../parts/icon.js';
import { BumpButton } from './bump-button.js';

/** The states that take no buyer. */
type Settable = 'onSale' | 'hidden' | 'sold';
const settable: readonly Settable[] = ['onSale', 'hidden', 'sold'];

/** What the owner does with a listing: move it to the top, hide it, publish it, mark it as sold. */
export function OwnerPanel({ listing, onChange }: { listing: Listing; onChange: () => void }) {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const { busy, act } = useWork();
  const [undoing, setUndoing] = useState(false);
  const put = (state: Settable) =>
    act(async () => {
      await market.changeListingState(listing.id, { state });
      forgetFound(memory);
      onChange();
    });
  // While a deal holds it, it is sold from the chat with its buyer.
  const next = listing.dealId === undefined ? (listing.abilities.states ?? []) : [];
  const states = settable.filter((state) => next.includes(state));
  return (
    <div class="owner-panel">
      {listing.blinded && (
        <p class="notice-card" role="status">
          <Icon name="alert" />
          <span>
            {t('blinded.title')} {t(`blinded.reason.${listing.blinded.reason}`)}{' '}
            {listing.blinded.terms
              ? t('blinded.terms', listing.blinded.terms.join(', '))
              : t('blinded.moderator')}
          </span>
        </p>
      )}
      <BumpButton listing={listing} onDone={onChange} />
      {states.length > 0 && (
        <div class="owner-states">
          {states.map((state) => (
            <button
              key={state}
              type="button"
              class="button"
              disabled={busy}
              onClick={() => (undoes(listing, state) ? setUndoing(true) : void put(state))}
            >
              {t(state === 'onSale' ? onSaleKey(listing) : `owner.${state}`)}
            </button>
          ))}
        </div>
      )}
      {undoing && (
        <Confirm
          title={t('owner.undoAsk')}
          hint={t('owner.undoHint')}
          yes={t('owner.undo')}
          onYes={() => put('onSale')}
          onClose={() => setUndoing(false)}
        />
      )}
    </div>
  );
}

/** A deal that falls through does not come back. */
const undoes = (listing: Listing, state: Settable) =>
  listing.state === 'sold' && state === 'onSale';

function onSaleKey({ state }: Listing) {
  if (state === 'draft') return 'owner.publish';
  return state === 'sold' ? 'owner.undo' : 'owner.onSale';
}
