import { useEffect, useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter';
import type { Listing } from '../../../client/index.js';
import { useSignIn } from '../account/sign-in.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useReadable } from '../app/use-readable.js';
import { useToast } from '../app/toast.js';
import { useWork } from '../app/use-work.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { forgetFound } from '../search/use-found.js';
import { useFormat } from '../i18n/use-format.js';
import { Counts } from '../listing/counts.js';
import { DealLine } from '../listing/deal-line.js';
import { FavouriteButton } from '../listing/favourite-button.js';
import { OffersLink } from '../listing/offers-link.js';
import { OwnerPanel } from '../listing/owner-panel.js';
import { PriceHistory } from '../listing/price-history.js';
import { SellerCard } from '../listing/seller-card.js';
import { ShareButton } from '../listing/share-button.js';
import { SimilarListings } from '../listing/similar-listings.js';
import { Artwork } from '../parts/artwork.js';
import { Confirm } from '../parts/confirm.js';
import { Failure } from '../parts/failure.js';
import { Icon } from '../parts/icon.js';
import { Photos } from '../parts/photo-viewer.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { StateChip } from '../parts/state-chip.js';
import { useCategories } from '../parts/use-categories.js';
import { ReportButton } from '../safety/report-button.js';
import { RequestSheet } from './request-sheet.js';

/** One listing: what it is, whose it is, and the way into the chat. */
export function ListingScreen({ id }: { id: string }) {
  const { client, market } = useHaggle();
  const {
    value: listing,
    error,
    reload,
    learn,
  } = useLoad(`listing ${id}`, () => market.getListing(id));
  // What is out of sight answers as what never was.
  useEffect(() => client.watchListing(id, reload), [client, id]);
  return (
    <div class="with-bar">
      <ScreenBar title={listing?.title ?? ''} back="/">
        {listing && <ShareButton listing={listing} />}
        {listing && !isOwn(listing) && <ReportButton target="listing" id={listing.id} />}
      </ScreenBar>
      <div class="scroll">
        {listing ? <Details listing={listing} onChange={reload} /> : !error && <Place />}
        {Boolean(error) && <Failure error={error} onRetry={reload} />}
      </div>
      {listing && <ActionBar listing={listing} onChange={learn} />}
    </div>
  );
}

/** Only its owner is told the states that it can be set to. */
const isOwn = ({ abilities }: Listing) => abilities.states !== undefined;

/** Where what there is to see will stand. */
const Place = () => (
  <div class="page listing" aria-hidden="true">
    <div class="listing-art" />
    <div class="listing-body skeleton">
      <span />
      <span />
    </div>
  </div>
);

function Details({ listing, onChange }: { listing: Listing; onChange: () => void }) {
  const { t } = useLanguage();
  const format = useFormat();
  const category = useCategories().find(({ id }) => id === listing.category)?.name;
  const dealId = listing.dealId ?? listing.soldDealId;
  return (
    <article class="page listing">
      <div class="listing-art">
        {listing.images?.length ? (
          <Photos images={listing.images} />
        ) : (
          <Artwork category={listing.category} seed={listing.id} />
        )}
      </div>
      <div class="listing-body">
        <SellerCard listing={listing} isOwn={isOwn(listing)} />
        {isOwn(listing) && <OffersLink listing={listing} />}
        {dealId !== undefined && <DealLine id={dealId} isSold={listing.dealId === undefined} />}
        {isOwn(listing) && <OwnerPanel listing={listing} onChange={onChange} />}
        <h2 class="listing-title">{listing.title}</h2>
        <p class="listing-price">{format.price(listing.price)}</p>
        <p class="listing-facts">
          <StateChip state={listing.state} always />
          {[category, format.ago(listing.bumpedAt)].filter(Boolean).join(' · ')}
        </p>
        <Counts listing={listing} />
        <p class="listing-text">{listing.description || t('listing.noDescription')}</p>
        <PriceHistory listing={listing} />
      </div>
      {!isOwn(listing) && <SimilarListings listing={listing} />}
    </article>
  );
}

function ActionBar(props: { listing: Listing; onChange: (listing: Listing) => void }) {
  const { listing } = props;
  const { t } = useLanguage();
  const format = useFormat();
  const offers = listing.price > 0 && listing.state === 'onSale';
  return (
    <div class="action-bar">
      <div class="action-price">
        <strong class={listing.price === 0 ? 'is-free' : ''}>{format.price(listing.price)}</strong>
        {offers && (
          <span>{t(listing.offers.enabled ? 'listing.offersOn' : 'listing.offersOff')}</span>
        )}
      </div>
      {isOwn(listing) ? (
        <OwnerActions listing={listing} />
      ) : (
        <>
          <FavouriteButton {...props} />
          <ChatButton listing={listing} />
        </>
      )}
    </div>
  );
}

function ChatButton({ listing }: { listing: Listing }) {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const [, navigate] = useLocation();
  const { thenDo } = useSignIn();
  const { busy, act } = useWork();
  const [asking, setAsking] = useState(false);
  const open = () =>
    act(async () => {
      const { id } = await client.open({ listingId: listing.id });
      navigate(`/chats/${id}`);
    });
  const begun = useReadable(client.conversations).find((one) => one.listing.id === listing.id);
  if (!listing.abilities.contact) {
    // What was said about it stays within reach: most of all to whom it was sold.
    if (begun)
      return (
        <Link href={`/chats/${begun.id}`} class="button">
          <Icon name="chats" />
          {t('chats.open')}
        </Link>
      );
    return <p class="action-note">{t('listing.unavailable')}</p>;
  }
  if (listing.price === 0 && listing.abilities.offer) {
    return (
      <div class="action-buttons">
        <button type="button" class="button" disabled={busy} onClick={() => thenDo(open)}>
          {t('chats.open')}
        </button>
        <button
          type="button"
          class="button button-primary"
          onClick={() => thenDo(() => setAsking(true))}
        >
          {t('request.button')}
        </button>
        {asking && <RequestSheet listing={listing} onClose={() => setAsking(false)} />}
      </div>
    );
  }
  return (
    <button
      type="button"
      class="button button-primary"
      disabled={busy}
      onClick={() => thenDo(open)}
    >
      <Icon name="chats" />
      {t('listing.chat')}
    </button>
  );
}

function OwnerActions({ listing }: { listing: Listing }) {
  const { market, memory } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    try {
      await market.removeListing(listing.id);
      forgetFound(memory);
      toast(t('listing.removed'));
      navigate('/', { replace: true });
    } catch (error) {
      toast(describeError(error, t));
    }
  };
  return (
    <div class="action-buttons">
      {listing.abilities.remove && (
        <button type="button" class="button" aria-haspopup="dialog" onClick={() => setAsking(true)}>
          <Icon name="trash" />
          {t('listing.remove')}
        </button>
      )}
      {listing.abilities.edit && (
        <Link href={`/listings/${listing.id}/edit`} class="button button-primary">
          <Icon name="edit" />
          {t('listing.edit')}
        </Link>
      )}
      {asking && (
        <Confirm
          title={t('listing.removeAsk')}
          hint={t('listing.removeHint')}
          yes={t('listing.remove')}
          onYes={remove}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
