import { useState } from 'preact/hooks';
import type { Listing } from '../../../client/index.js';
import { useSignIn } from '../account/sign-in.js';
import { useHaggle } from '../app/haggle-context.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';

/** Puts a listing among the favourites, or takes it out; shows how many people have it there. */
export function FavouriteButton({ listing }: { listing: Listing }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const { thenDo } = useSignIn();
  const [on, setOn] = useState(listing.favourite === true);
  const { busy, act } = useWork();
  const others = (listing.counts?.favourites ?? 0) - (listing.favourite ? 1 : 0);
  const count = others + (on ? 1 : 0);
  const toggle = async () => {
    setOn(!on);
    const done = await act(() =>
      on ? market.removeFavourite(listing.id) : market.addFavourite(listing.id),
    );
    if (!done) setOn(on);
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
