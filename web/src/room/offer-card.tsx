import { useState } from 'preact/hooks';
import type { Conversation, Offer, RoomHandle } from '../../../client/index.js';
import { tradeLimits } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { useNow } from '../app/use-now.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import type { Translate } from '../i18n/messages.js';
import { useFormat } from '../i18n/use-format.js';
import { AcceptButton, CounterButton } from '../offers/answer-buttons.js';
import { Failure } from '../parts/failure.js';
import { Icon } from '../parts/icon.js';
import { Receipt, type Delivery } from './bubble.js';

interface CardProps {
  /** The offer as it is now. */
  offer: Offer;
  /** The amount that this card put on the table. */
  amount: number;
  /** It answers another amount. */
  counter: boolean;
  replaced: boolean;
  own: boolean;
  at: string;
  conversation: Conversation;
  delivery: Delivery | undefined;
  room: RoomHandle;
}

/**
 * A price on the table, drawn from the offer itself and never from words: a card while somebody has to answer it, a line
 * afterwards.
 */
export function OfferCard(props: CardProps) {
  const { offer, amount, own, replaced, conversation } = props;
  const { t } = useLanguage();
  const format = useFormat();
  const request = amount === 0;
  const asking = conversation.listing.price;
  const below = asking - amount;
  const open = offer.turn !== null && !replaced;
  const kind = request ? 'request' : 'offer';
  const title = props.counter
    ? t(own ? 'offer.counterYours' : 'offer.counterCard')
    : t(own ? `${kind}.yours` : `${kind}.card`);
  if (!open)
    return (
      <li class="entry-line offer-past" data-offer-state={replaced ? 'replaced' : offer.state}>
        <span>
          <Icon name="tag" />
          {[title, format.price(amount), outcomeOf(offer, replaced, t)].filter(Boolean).join(' · ')}
        </span>
      </li>
    );
  return (
    <li class={`offer-row ${own ? 'is-own' : ''}`}>
      <article class="offer-card is-open" data-offer-state={offer.state}>
        <p class="offer-kind">
          <Icon name="tag" />
          {title}
        </p>
        <p class="offer-amount">{format.price(amount)}</p>
        {!request && (
          <p class="offer-difference">
            {below > 0
              ? t('offer.below', format.won(below), format.percent(-below / asking))
              : t('offer.same')}
          </p>
        )}
        {offer.note && !props.counter && <p class="offer-note">“{offer.note}”</p>}
        <OpenOffer {...props} />
      </article>
      <span class="bubble-side">
        {props.delivery && <Receipt delivery={props.delivery} />}
        <time dateTime={props.at}>{format.clock(props.at)}</time>
      </span>
    </li>
  );
}

/** What became of it, where no line below says so. */
function outcomeOf(offer: Offer, replaced: boolean, t: Translate): string | undefined {
  if (replaced) return t('offer.replaced');
  const why = `offer.reason.${offer.reason ?? ''}`;
  return offer.state === 'closed' && t.has(why) ? t(why as 'offer.reason.sold') : undefined;
}

type Action = 'acceptOffer' | 'declineOffer' | 'withdrawOffer';

function OpenOffer({ offer, conversation, room }: CardProps) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const { busy, ...work } = useWork();
  // The clock of this device only says when to ask again what may be done.
  const over = useNow(30_000) >= Date.parse(offer.expiresAt);
  const { closed, listing } = conversation;
  // An entry of the log is read by both sides and says nothing of what one of them may do.
  const told = over ? undefined : offer.abilities;
  const { value, error, reload } = useLoad(
    `abilities ${offer.id} ${offer.version}`,
    async () => told ?? (await market.getOffer(offer.id)).abilities,
    [over, closed, listing.price].join(),
  );
  const may = told ?? value;
  const act = (action: Action, shown: Offer) => work.act(() => room[action](shown));
  const button = (name: string, action: Action) => (
    <button type="button" class="button" disabled={busy} onClick={() => void act(action, offer)}>
      {name}
    </button>
  );
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (over && may && !may.accept && !may.withdraw)
    return <p class="offer-outcome">{t('offer.over')}</p>;
  return (
    <>
      <Countdown expiresAt={offer.expiresAt} />
      {offer.moves.length > 1 && (
        <p class="offer-left">{t('offer.moves', offer.moves.length, tradeLimits.offerMoves)}</p>
      )}
      {may?.withdraw && <p class="offer-waiting">{t('offer.waiting')}</p>}
      {!may && <p class="offer-acts-place" />}
      {(may?.decline || may?.accept) && (
        <div class="offer-actions">
          {may.decline && button(t('offer.decline'), 'declineOffer')}
          {may.accept && (
            <AcceptButton
              offer={offer}
              disabled={busy}
              onYes={(shown) => act('acceptOffer', shown)}
            />
          )}
        </div>
      )}
      {may?.counter && (
        <CounterButton offer={offer} range={may.counter} price={listing.price} disabled={busy} />
      )}
      {may?.withdraw &&
        button(t(offer.amount === 0 ? 'request.withdraw' : 'offer.withdraw'), 'withdrawOffer')}
    </>
  );
}

/** By the second in the last hour, otherwise twice a minute. */
function Countdown({ expiresAt }: { expiresAt: string }) {
  const { t } = useLanguage();
  const format = useFormat();
  const [start] = useState(Date.now);
  const soon = Date.parse(expiresAt) - start < 3_600_000;
  const now = useNow(soon ? 1_000 : 30_000);
  return (
    <p class="offer-left">
      <Icon name="clock" />
      {t('offer.left', format.left(expiresAt, now))}
    </p>
  );
}
