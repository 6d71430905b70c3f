import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter';
import type { Deal } from '../../../client/market.js';
import type { ListMyDeals } from '../../../client/contract-types.js';
import { useHaggle } from '../app/haggle-context.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { usePages } from '../app/use-pages.js';
import { ReviewSheet } from '../deal/review-sheet.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import { nameOf } from '../i18n/name-of.js';
import { useFormat } from '../i18n/use-format.js';
import { ChipChoice } from '../parts/chip-choice.js';
import { Empty } from '../parts/empty.js';
import { Listed } from '../parts/listed.js';
import { ListingPicture } from '../parts/listing-picture.js';
import { ScreenBar } from '../parts/screen-bar.js';

/** The lists of deals, as they stand in the address, and what each asks for. */
export const dealLists = {
  open: { state: 'open' },
  bought: { state: 'ended', role: 'buyer' },
  sold: { state: 'ended', role: 'seller' },
  reviews: { state: 'toReview' },
} as const satisfies Record<string, Partial<ListMyDeals>>;
export type DealListName = keyof typeof dealLists;

const names = Object.keys(dealLists) as DealListName[];

/** One's deals: those under way, what one bought, what one sold, and those one may still write about. */
export function MyDealsScreen({ list = 'open' }: { list?: string | undefined }) {
  const { t } = useLanguage();
  const scroller = useKeptScroll('deals-scroll');
  const [, navigate] = useLocation();
  const chosen = names.find((name) => name === list) ?? 'open';
  return (
    <div class="with-bar">
      <ScreenBar title={t('myDeals.title')} back="/me" />
      <div class="scroll" ref={scroller}>
        <div class="page">
          <ChipChoice
            title={t('myDeals.title')}
            all={names.map((id) => ({ id, name: t(`myDeals.${id}`) }))}
            chosen={chosen}
            onChoose={(name) => navigate(`/me/deals/${name}`, { replace: true })}
          />
          <DealsOf key={chosen} list={chosen} />
        </div>
      </div>
    </div>
  );
}

function DealsOf({ list }: { list: DealListName }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const found = usePages(`deals ${list}`, (page) =>
    market.listMyDeals({ ...dealLists[list], ...page }),
  );
  const noteReviewed = (id: string) =>
    found.change((all) =>
      list === 'reviews'
        ? all.filter((deal) => deal.id !== id)
        : all.map((deal) =>
            deal.id === id ? { ...deal, abilities: { ...deal.abilities, review: false } } : deal,
          ),
    );
  return (
    <Listed found={found} none={<Empty text={t(`myDeals.none.${list}`)} />}>
      {(deals) => (
        <ul class="offer-list">
          {deals.map((deal) => (
            <DealRow key={deal.id} deal={deal} onReviewed={() => noteReviewed(deal.id)} />
          ))}
        </ul>
      )}
    </Listed>
  );
}

/** What it is about, with whom, how it stands; leads to the conversation. */
function DealRow({ deal, onReviewed }: { deal: Deal; onReviewed: () => void }) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  const [writing, setWriting] = useState(false);
  const me = useReadable(client.userId);
  const { listing } = deal;
  const sells = deal.seller.id === me;
  const name = nameOf(sells ? deal.buyer : deal.seller, t);
  return (
    <li class="deal-item">
      <Link
        href={`/chats/${deal.conversationId}`}
        class={`offer-line ${deal.state === 'open' ? '' : 'is-over'}`}
        data-deal-state={deal.state}
      >
        <span class="strip-art">
          <ListingPicture listing={listing} />
        </span>
        <div class="offer-line-text">
          <p class="offer-line-who">
            <strong>{listing.title}</strong>
          </p>
          <p class="offer-line-amount">
            <strong>{format.price(deal.amount)}</strong>
            <span>{t(sells ? 'myDeals.to' : 'myDeals.from', name)}</span>
          </p>
          <p class="offer-line-state">
            {deal.state === 'open' && deal.appointment
              ? `${format.meeting(deal.appointment.at)} · ${deal.appointment.place.name}`
              : `${t(`deal.state.${deal.state}`)} · ${format.date(deal.endedAt ?? deal.createdAt)}`}
          </p>
          {deal.abilities.review && deal.reviews && (
            <p class="offer-line-state">{t('review.until', format.date(deal.reviews.until))}</p>
          )}
        </div>
      </Link>
      {deal.abilities.review && (
        <button
          type="button"
          class="button"
          aria-haspopup="dialog"
          aria-label={t('myDeals.reviewOf', name, listing.title)}
          onClick={() => setWriting(true)}
        >
          {t('review.write')}
        </button>
      )}
      {writing && (
        <ReviewSheet
          deal={deal}
          name={name}
          onDone={onReviewed}
          onClose={() => setWriting(false)}
        />
      )}
    </li>
  );
}
