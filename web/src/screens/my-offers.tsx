import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import type { OfferSide } from '../../../client/index.js';
import type { OfferCard } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useKeptScroll } from '../app/use-kept-scroll.js';
import { useNow } from '../app/use-now.js';
import { usePages } from '../app/use-pages.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { describeOffer } from '../offers/describe-offer.js';
import { ChipChoice } from '../parts/chip-choice.js';
import { Empty } from '../parts/empty.js';
import { Listed } from '../parts/listed.js';
import { ListingPicture } from '../parts/listing-picture.js';
import { ScreenBar } from '../parts/screen-bar.js';

const sides = ['seller', 'buyer'] as const;

/** All offers that one got, or made, whatever became of them: last changed first. */
export function MyOffersScreen() {
  const { memory } = useHaggle();
  const { t } = useLanguage();
  const scroller = useKeptScroll('offers-scroll');
  const key = 'side of my offers';
  const [side, setSide] = useState((memory.get(key) as OfferSide | undefined) ?? 'seller');
  const choose = (next: OfferSide) => {
    memory.set(key, next);
    setSide(next);
  };
  return (
    <div class="with-bar">
      <ScreenBar title={t('myOffers.title')} back="/me" />
      <div class="scroll" ref={scroller}>
        <div class="page">
          <ChipChoice
            title={t('myOffers.title')}
            all={sides.map((id) => ({ id, name: t(`myOffers.${id}`) }))}
            chosen={side}
            onChoose={choose}
          />
          <OffersOf key={side} side={side} />
        </div>
      </div>
    </div>
  );
}

function OffersOf({ side }: { side: OfferSide }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const found = usePages(`offers ${side}`, (page) =>
    market.listMyOffers({ role: side, state: 'all', ...page }),
  );
  return (
    <Listed found={found} none={<Empty text={t(`myOffers.none.${side}`)} />}>
      {(offers) => (
        <ul class="offer-list">
          {offers.map((offer) => (
            <OfferLine key={offer.id} offer={offer} side={side} />
          ))}
        </ul>
      )}
    </Listed>
  );
}

/** The way to the conversation, where one answers. */
function OfferLine({ offer, side }: { offer: OfferCard; side: OfferSide }) {
  const { t } = useLanguage();
  const format = useFormat();
  const isOpen = offer.turn !== null;
  const now = useNow(isOpen ? 30_000 : null);
  const { listing } = offer;
  const state = describeOffer(offer, side, t);
  return (
    <li>
      <Link
        href={`/chats/${offer.conversationId}`}
        class={`offer-line ${isOpen ? '' : 'is-over'}`}
        data-offer={offer.state}
      >
        <span class="strip-art">
          <ListingPicture listing={listing} />
        </span>
        <div class="offer-line-text">
          <p class="offer-line-who">
            <strong>{listing.title}</strong>
          </p>
          {offer.amount > 0 && (
            <p class="offer-line-amount">
              <strong>{format.won(offer.amount)}</strong>
              <span>{t('offer.asking', format.price(listing.price))}</span>
            </p>
          )}
          <p class="offer-line-state">
            {side === 'seller' && `${offer.buyer.nickname} · `}
            {isOpen ? `${state} · ${t('offer.left', format.left(offer.expiresAt, now))}` : state}
          </p>
        </div>
      </Link>
    </li>
  );
}
