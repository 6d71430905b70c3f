import { useState } from 'preact/hooks';
import type { Offer } from '../../../client/index.js';
import { newId } from '../app/new-id.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Sheet } from '../parts/sheet.js';
import { AmountForm } from './amount-form.js';
import { nearest, type AmountRange } from './offer-amount.js';

/** Another amount between the two that stand. */
export function CounterSheet(props: {
  /** As it was shown: if it changed since, the server refuses. */
  shown: Offer;
  range: AmountRange;
  asking: number;
  onClose: () => void;
}) {
  const { shown, range, asking } = props;
  const { market } = useHaggle();
  const { t } = useLanguage();
  const format = useFormat();
  // One id for each amount: the same one sent again after a lost answer is the same act.
  const [intents] = useState(() => new Map<number, string>());
  const middle = nearest((range.from + range.to) / 2, range);
  const proposals = [
    { label: t('offer.low'), amount: range.from },
    { label: t('offer.middle'), amount: middle },
    { label: t('offer.high'), amount: range.to },
  ].filter(({ amount }, index, all) => all.findIndex((one) => one.amount === amount) === index);
  return (
    <Sheet title={t('offer.counterTitle')} onClose={props.onClose}>
      <AmountForm
        {...{ range, asking, proposals }}
        start={middle}
        submit={(amount) => t('offer.counterSubmit', amount)}
        rule={t('offer.counterRule', format.won(range.from), format.won(range.to))}
        onSubmit={async (amount) => {
          const intent = intents.get(amount) ?? newId();
          intents.set(amount, intent);
          await market.counterOffer(shown, amount, intent);
          props.onClose();
        }}
      />
    </Sheet>
  );
}
