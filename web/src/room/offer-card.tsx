import { useState } from 'preact/hooks';
import type { Conversation, Offer, RoomHandle } from '../../../client/index.js';
import { useNow } from '../app/use-now.js';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Confirm } from '../parts/confirm.js';
import { Icon } from '../parts/icon.js';
import { Receipt, type Delivery } from './bubble.js';
import { sideOf } from './other-side.js';

interface CardProps {
  /** The offer as it is now. */
  offer: Offer;
  /** The amount that this card put on the table. */
  amount: number;
  replaced: boolean;
  own: boolean;
  at: string;
  me: string;
  conversation: Conversation;
  delivery: Delivery | undefined;
  room: RoomHandle;
}

/** A price on the table, drawn from the offer itself and never from words. */
export function OfferCard(props: CardProps) {
  const { offer, amount, own, replaced, conversation } = props;
  const { t } = useLanguage();
  const format = useFormat();
  const asking = conversation.listing.price;
  const below = asking - amount;
  const open = offer.turn !== null && !replaced;
  return (
    <li class={`offer-row ${own ? 'is-own' : ''}`}>
      <article
        class={`offer-card ${open ? 'is-open' : `is-${replaced ? 'closed' : offer.state}`}`}
        data-offer-state={replaced ? 'replaced' : offer.state}
      >
        <p class="offer-kind">
          <Icon name="tag" />
          {t(own ? 'offer.yours' : 'offer.card')}
        </p>
        <p class="offer-amount">{format.won(amount)}</p>
        <p class="offer-difference">
          {below > 0
            ? t('offer.below', format.won(below), format.percent(-below / asking))
            : t('offer.same')}
        </p>
        {offer.note && <p class="offer-note">“{offer.note}”</p>}
        {open ? <OpenOffer {...props} /> : <Outcome offer={offer} replaced={replaced} />}
      </article>
      <span class="bubble-side">
        {props.delivery && <Receipt delivery={props.delivery} />}
        <time dateTime={props.at}>{format.clock(props.at)}</time>
      </span>
    </li>
  );
}

function Outcome({ offer, replaced }: { offer: Offer; replaced: boolean }) {
  const { t } = useLanguage();
  if (replaced) return <p class="offer-outcome">{t('offer.replaced')}</p>;
  if (offer.state === 'awaitingBuyer' || offer.state === 'awaitingSeller') return null;
  const good = offer.state === 'accepted' || offer.state === 'fulfilled';
  return (
    <p class="offer-outcome">
      <Icon name={good ? 'check' : 'cross'} />
      {t(`offer.state.${offer.state}`)}
    </p>
  );
}

type Action = 'acceptOffer' | 'declineOffer' | 'withdrawOffer';

function OpenOffer({ offer, conversation, room, me }: CardProps) {
  const { t } = useLanguage();
  const format = useFormat();
  const toast = useToast();
  const [asking, setAsking] = useState<Offer>();
  const [busy, setBusy] = useState(false);
  const mine = offer.turn === sideOf(conversation, me);
  const act = async (action: Action, shown: Offer) => {
    setBusy(true);
    try {
      await room[action](shown);
    } catch (error) {
      toast(describeError(error, t));
    } finally {
      setBusy(false);
    }
  };
  const amount = format.won(offer.amount);
  return (
    <>
      <Countdown expiresAt={offer.expiresAt} />
      {mine ? (
        <div class="offer-actions">
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() => void act('declineOffer', offer)}
          >
            {t('offer.decline')}
          </button>
          <button
            type="button"
            class="button button-primary"
            disabled={busy}
            onClick={() => setAsking(offer)}
          >
            {t('offer.accept')}
          </button>
        </div>
      ) : (
        <>
          <p class="offer-waiting">{t('offer.waiting')}</p>
          <button
            type="button"
            class="button"
            disabled={busy}
            onClick={() => void act('withdrawOffer', offer)}
          >
            {t('offer.withdraw')}
          </button>
        </>
      )}
      {asking && (
        <Confirm
          title={t('offer.confirm', amount)}
          hint={t('offer.confirmHint')}
          yes={t('offer.confirmYes', format.won(asking.amount))}
          // The offer as it was when asked about: if it changed since, the server refuses.
          onYes={() => act('acceptOffer', asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
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
