import { useState } from 'preact/hooks';
import { limits, type Conversation, type RoomHandle } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { Sheet } from '../parts/sheet.js';
import { ceilingOf, faultOf, floorOf, reducedBy, tapStep } from './offer-amount.js';

const shortcuts = [0.05, 0.1, 0.15] as const;

/** Where the buyer names a price. */
export function OfferSheet(props: {
  room: RoomHandle;
  listing: Conversation['listing'];
  onClose: () => void;
  onMade: () => void;
}) {
  const asking = props.listing.price;
  const { t } = useLanguage();
  const format = useFormat();
  const [amount, setAmount] = useState(() => reducedBy(asking, 0.1));
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const fault = faultOf(amount, asking);
  const floor = format.won(floorOf(asking));
  const step = tapStep(asking);
  const move = (by: number) =>
    setAmount(Math.min(ceilingOf(asking), Math.max(floorOf(asking), amount + by)));

  const submit = async (event: Event) => {
    event.preventDefault();
    if (fault) return;
    setBusy(true);
    setError(undefined);
    try {
      await props.room.makeOffer(amount, note.trim() || undefined);
      props.onClose();
      props.onMade();
    } catch (thrown) {
      setError(describeError(thrown, t));
      setBusy(false);
    }
  };
  const said = fault === 'tooLow' ? t('offer.tooLow', floor) : fault && t(`offer.${fault}`);

  return (
    <Sheet title={t('offer.title')} onClose={props.onClose}>
      <form class="offer-form" noValidate onSubmit={(event) => void submit(event)}>
        <p class="sheet-hint">{t('offer.asking', format.won(asking))}</p>
        <div class="amount">
          <button
            type="button"
            class="button-icon"
            aria-label={t('offer.lower', format.won(step))}
            disabled={amount <= floorOf(asking)}
            onClick={() => move(-step)}
          >
            <Icon name="minus" />
          </button>
          <input
            class="amount-box"
            inputMode="numeric"
            autoComplete="off"
            aria-label={t('offer.amount')}
            aria-describedby="offer-amount-note"
            aria-invalid={fault !== undefined}
            value={amount === 0 ? '' : amount.toLocaleString('en')}
            onFocus={(event) => event.currentTarget.select()}
            onInput={(event) =>
              setAmount(Number(event.currentTarget.value.replace(/\D/g, '').slice(0, 11)))
            }
          />
          <button
            type="button"
            class="button-icon"
            aria-label={t('offer.higher', format.won(step))}
            disabled={amount >= ceilingOf(asking)}
            onClick={() => move(step)}
          >
            <Icon name="sell" />
          </button>
        </div>
        <p
          id="offer-amount-note"
          class={`amount-note ${said || error ? 'is-wrong' : ''}`}
          role="status"
        >
          {error ??
            said ??
            t('offer.below', format.won(asking - amount), format.percent(amount / asking - 1))}
        </p>
        <div class="shortcuts">
          {shortcuts.map((share) => (
            <button
              key={share}
              type="button"
              class="chip-button"
              aria-pressed={amount === reducedBy(asking, share)}
              onClick={() => setAmount(reducedBy(asking, share))}
            >
              <span>−{Math.round(share * 100)}%</span>
              <small>{format.won(reducedBy(asking, share))}</small>
            </button>
          ))}
        </div>
        <label class="offer-note-field">
          <span>{t('offer.note')}</span>
          <input
            maxLength={limits.noteLength}
            value={note}
            placeholder={t('offer.notePlaceholder')}
            autoComplete="off"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        <button
          type="submit"
          class="button button-primary button-wide"
          disabled={busy || fault !== undefined}
        >
          {t('offer.submit', format.won(amount))}
        </button>
        <p class="offer-rule">{t('offer.rule', floor, limits.offerTries, limits.offerHours)}</p>
      </form>
    </Sheet>
  );
}
