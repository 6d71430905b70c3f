import { useState } from 'preact/hooks';
import type { Offer } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Confirm } from '../parts/confirm.js';
import { CounterSheet } from '../room/counter-sheet.js';
import type { AmountRange } from '../room/offer-amount.js';

/** Accepts an offer, or gives somebody a give-away, after a question. */
export function AcceptButton(props: {
  offer: Offer;
  disabled: boolean;
  onYes: (shown: Offer) => Promise<unknown>;
}) {
  const { t } = useLanguage();
  const format = useFormat();
  // The offer as it was when asked about: if it changed since, the server refuses.
  const [asking, setAsking] = useState<Offer>();
  const isRequest = props.offer.amount === 0;
  return (
    <>
      <button
        type="button"
        class="button button-primary"
        disabled={props.disabled}
        onClick={() => setAsking(props.offer)}
      >
        {t(isRequest ? 'request.accept' : 'offer.accept')}
      </button>
      {asking && (
        <Confirm
          title={isRequest ? t('request.confirm') : t('offer.confirm', format.won(asking.amount))}
          hint={t(isRequest ? 'request.confirmHint' : 'offer.confirmHint')}
          yes={isRequest ? t('request.accept') : t('offer.confirmYes', format.won(asking.amount))}
          onYes={() => props.onYes(asking)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

/** Answers an offer with another amount. */
export function CounterButton(props: {
  offer: Offer;
  range: AmountRange;
  /** What the listing costs. */
  price: number;
  disabled: boolean;
  onDone?: () => void;
}) {
  const { t } = useLanguage();
  const [countering, setCountering] = useState<Offer>();
  return (
    <>
      <button
        type="button"
        class="button"
        disabled={props.disabled}
        onClick={() => setCountering(props.offer)}
      >
        {t('offer.counter')}
      </button>
      {countering && (
        <CounterSheet
          shown={countering}
          range={props.range}
          asking={props.price}
          onClose={() => {
            setCountering(undefined);
            props.onDone?.();
          }}
        />
      )}
    </>
  );
}
