import { useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { ChipChoice } from '../parts/chip-choice.js';
import { ListingList } from './listing-list.js';

const states = ['onSale', 'reserved', 'sold', 'hidden', 'draft'] as const;
type Shown = (typeof states)[number] | undefined;

/** One's own listings, all of them or those in one state. */
export function MyListings() {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const [state, setState] = useState(() => memory.get('my-listings') as Shown);
  const choose = (next: Shown) => {
    memory.set('my-listings', next);
    setState(next);
  };
  return (
    <>
      <ChipChoice<Shown>
        title={t('me.states')}
        all={[undefined, ...states].map((id) => ({
          id,
          name: t(id ? `listing.state.${id}` : 'feed.all'),
        }))}
        chosen={state}
        onChoose={choose}
      />
      <ListingList
        key={state ?? 'all'}
        name={`of mine ${state ?? ''}`}
        load={(page) => market.listMyListings({ ...page, ...(state ? { state } : {}) })}
        empty={{
          text: t(state ? 'me.noneInState' : 'me.noListings'),
          href: '/sell',
          action: t('feed.emptyAction'),
        }}
      />
    </>
  );
}
