import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import type { Listing, Offer } from '../../../client/index.js';
import type { OfferCard } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { newId } from '../app/new-id.js';
import { useLoad } from '../app/use-load.js';
import { useNow } from '../app/use-now.js';
import { useToast } from '../app/toast.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { AcceptButton, CounterButton } from '../offers/answer-buttons.js';
import { describeOffer } from '../offers/describe-offer.js';
import { Avatar } from '../parts/avatar.js';
import { Degrees } from '../parts/degrees.js';
import { Empty } from '../parts/empty.js';
import { Loaded } from '../parts/listed.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { ListingStrip } from '../room/listing-strip.js';

/** To the seller: all offers on a listing side by side, or all who ask for a give-away. */
export function ListingOffersScreen({ id }: { id: string }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const load = useLoad(`offers on ${id}`, async () => {
    const listing = await market.getListing(id);
    const query = { state: 'all', limit: 100 } as const;
    const offers =
      listing.price === 0
        ? await market.listRequests(id, query)
        : await market.listOffersOfListing(id, query);
    return { listing, offers: offers.items };
  });
  const title = t(load.value?.listing.price === 0 ? 'offers.requests' : 'offers.title');
  return (
    <div class="with-bar">
      <ScreenBar title={title} back={`/listings/${id}`} />
      <Loaded load={load}>
        {(value) => (
          <>
            <ListingStrip listing={coverOf(value.listing)} />
            <Offers {...value} onChanged={load.reload} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function coverOf({ images = [], ...listing }: Listing) {
  const [cover] = images;
  const thumb = cover?.urls.thumb ?? null;
  return { ...listing, thumb, ...(cover?.thumbhash ? { thumbhash: cover.thumbhash } : {}) };
}

function Offers(props: { listing: Listing; offers: readonly OfferCard[]; onChanged: () => void }) {
  const { listing, offers } = props;
  const { market } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { busy, act } = useWork();
  const [intents] = useState(() => new Map<string, string>());
  const waiting = offers.filter(({ abilities }) => abilities?.decline);
  const open = offers.filter(({ turn }) => turn !== null);
  const ended = offers.filter(({ turn }) => turn === null);
  const all = waiting.length > 0 && waiting.every(({ id }) => chosen.has(id));
  const toggle = (id: string) =>
    setChosen((old) => {
      const next = new Set(old);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  const decline = async () => {
    const offerIds = waiting.map(({ id }) => id).filter((id) => chosen.has(id));
    const key = offerIds.join();
    const clientMessageId = intents.get(key) ?? newId();
    intents.set(key, clientMessageId);
    await act(async () => {
      const { declined } = await market.declineOffersOfListing(listing.id, {
        offerIds,
        clientMessageId,
      });
      toast(t('offers.declined', declined.length));
      setChosen(new Set());
      props.onChanged();
    });
  };
  if (offers.length === 0) {
    return (
      <div class="scroll">
        <Empty text={t(listing.price === 0 ? 'offers.noRequests' : 'offers.none')} />
      </div>
    );
  }
  return (
    <>
      <div class="scroll">
        <div class="page offers">
          {waiting.length > 1 && (
            <label class="check offers-all">
              <input
                type="checkbox"
                checked={all}
                onChange={() => setChosen(all ? new Set() : new Set(waiting.map(({ id }) => id)))}
              />
              {t('offers.all', waiting.length)}
            </label>
          )}
          <ul class="offer-list">
            {open.map((offer) => (
              <OfferLine
                key={offer.id}
                {...{ offer, listing }}
                onAnswered={props.onChanged}
                chosen={chosen.has(offer.id)}
                onToggle={offer.abilities?.decline ? () => toggle(offer.id) : undefined}
              />
            ))}
          </ul>
          {ended.length > 0 && <h2 class="section-title">{t('offers.ended')}</h2>}
          <ul class="offer-list">
            {ended.map((offer) => (
              <OfferLine
                key={offer.id}
                {...{ offer, listing }}
                onAnswered={props.onChanged}
                chosen={false}
              />
            ))}
          </ul>
        </div>
      </div>
      {chosen.size > 0 && (
        <div class="action-bar">
          <p class="action-note">{t('offers.chosen', chosen.size)}</p>
          <button
            type="button"
            class="button button-primary"
            disabled={busy}
            onClick={() => void decline()}
          >
            {t('offers.decline')}
          </button>
        </div>
      )}
    </>
  );
}

function OfferLine(props: {
  offer: OfferCard;
  listing: Listing;
  onAnswered: () => void;
  chosen: boolean;
  onToggle?: (() => void) | undefined;
}) {
  const { offer, listing, onToggle, onAnswered } = props;
  const { client } = useHaggle();
  const { busy, act } = useWork();
  const { t } = useLanguage();
  const format = useFormat();
  const now = useNow(offer.turn === null ? null : 30_000);
  const request = offer.amount === 0;
  const state = describeOffer(offer, 'seller', t);
  const { accept, counter } = offer.abilities ?? {};
  const accepts = async (shown: Offer) => {
    await act(() => client.room(offer.conversationId).acceptOffer(shown));
    // Also after a refusal: it is another offer now.
    onAnswered();
  };
  return (
    <li class={`offer-line ${offer.turn === null ? 'is-over' : ''}`} data-offer={offer.state}>
      {onToggle && (
        <input
          type="checkbox"
          class="offer-check"
          checked={props.chosen}
          aria-label={t('offers.choose', offer.buyer.nickname)}
          onChange={onToggle}
        />
      )}
      <Avatar user={offer.buyer} />
      <div class="offer-line-text">
        <p class="offer-line-who">
          <strong>{offer.buyer.nickname}</strong>
          <Degrees user={offer.buyer} />
        </p>
        {!request && (
          <p class="offer-line-amount">
            <strong>{format.won(offer.amount)}</strong>
            <span>{format.percent(offer.amount / listing.price - 1)}</span>
          </p>
        )}
        {offer.note && <p class="offer-line-note">“{offer.note}”</p>}
        <p class="offer-line-state">
          {offer.turn === null
            ? state
            : `${state} · ${t('offer.left', format.left(offer.expiresAt, now))}`}
        </p>
      </div>
      <div class="offer-line-acts">
        <Link href={`/chats/${offer.conversationId}`} class="button">
          {t('chats.open')}
        </Link>
        {counter && (
          <CounterButton
            offer={offer}
            range={counter}
            price={listing.price}
            disabled={busy}
            onDone={onAnswered}
          />
        )}
        {accept && <AcceptButton offer={offer} disabled={busy} onYes={accepts} />}
      </div>
    </li>
  );
}
