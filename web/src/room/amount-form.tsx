import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { faultIn, nearest, tapStep, type AmountRange } from './offer-amount.js';

/** Where a price is named: a box, plus and minus, a few proposals, and what is wrong with it. */
export function AmountForm(props: {
  range: AmountRange;
  asking: number;
  /** What stands in the box first. */
  start: number;
  proposals: readonly { label: string; amount: number }[];
  /** Whether a few words may go with it. */
  withNote?: boolean;
  submit: (amount: string) => string;
  rule: string;
  onSubmit: (amount: number, note: string | undefined) => Promise<void>;
}) {
  const { range, asking } = props;
  const { t } = useLanguage();
  const format = useFormat();
  const [amount, setAmount] = useState(props.start);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const fault = faultIn(amount, range, asking);
  const step = tapStep(asking, range);
  const choose = (next: number) => {
    setError(undefined);
    setAmount(next);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (fault || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await props.onSubmit(amount, note.trim() || undefined);
    } catch (thrown) {
      setError(describeError(thrown, t));
      setBusy(false);
    }
  };
  const said =
    fault === 'outOfRange'
      ? t('offer.outOfRange', format.won(range.from), format.won(range.to))
      : fault === 'tooLow'
        ? t('offer.tooLow', format.won(range.from))
        : fault && t(`offer.${fault}`);

  return (
    <form class="offer-form" noValidate onSubmit={(event) => void submit(event)}>
      <p class="sheet-hint">{t('offer.asking', format.won(asking))}</p>
      <div class="amount">
        <button
          type="button"
          class="button-icon"
          aria-label={t('offer.lower', format.won(step))}
          disabled={amount <= range.from}
          onClick={() => choose(nearest(amount - step, range))}
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
            choose(Number(event.currentTarget.value.replace(/\D/g, '').slice(0, 11)))
          }
        />
        <button
          type="button"
          class="button-icon"
          aria-label={t('offer.higher', format.won(step))}
          disabled={amount >= range.to}
          onClick={() => choose(nearest(amount + step, range))}
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
        {props.proposals.map((one) => (
          <button
            key={one.label}
            type="button"
            class="chip-button"
            aria-pressed={amount === one.amount}
            onClick={() => choose(one.amount)}
          >
            <span>{one.label}</span>
            <small>{format.won(one.amount)}</small>
          </button>
        ))}
      </div>
      {props.withNote && (
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
      )}
      <button
        type="submit"
        class="button button-primary button-wide"
        disabled={busy || fault !== undefined}
      >
        {props.submit(format.won(amount))}
      </button>
      <p class="offer-rule">{props.rule}</p>
    </form>
  );
}
