import type { Listing } from '../../../client/index.js';
import { useSignIn } from '../account/sign-in.js';
import { useHaggle } from '../app/haggle-context.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';

/** Puts a listing among the favourites, or takes it out; shows how many people have it there. */
export function FavouriteButton(props: { listing: Listing; onChange: (listing: Listing) => void }) {
  const { listing, onChange } = props;
  const { market } = useHaggle();
  const { t } = useLanguage();
  const { thenDo } = useSignIn();
  const { busy, act } = useWork();
  const on = listing.favourite === true;
  const count = listing.counts?.favourites ?? 0;
  const toggle = async () => {
    const counts = listing.counts && { ...listing.counts, favourites: count + (on ? -1 : 1) };
    onChange({ ...listing, favourite: !on, ...(counts ? { counts } : {}) });
    const done = await act(() =>
      on ? market.removeFavourite(listing.id) : market.addFavourite(listing.id),
    );
    if (!done) onChange(listing);
  };
  return (
    <button
      type="button"
      class={`button-icon favourite ${on ? 'is-on' : ''}`}
      aria-pressed={on}
      aria-label={t('favourite.button', count)}
      disabled={busy}
      onClick={() => thenDo(toggle)}
    >
      <Icon name="heart" />
      {count > 0 && <span aria-hidden="true">{count}</span>}
    </button>
  );
}
