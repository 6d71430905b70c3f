import { limits, type Conversation, type RoomHandle } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
import { Sheet } from '../parts/sheet.js';
import { AmountForm } from './amount-form.js';
import { firstRange, nearest } from './offer-amount.js';

const shortcuts = [0.05, 0.1, 0.15] as const;

/** Where the buyer names a price. */
export function OfferSheet(props: {
  room: RoomHandle;
  listing: Conversation['listing'];
  onClose: () => void;
  onMade: () => void;
}) {
  const { price: asking, offers } = props.listing;
  const { t } = useLanguage();
  const format = useFormat();
  const range = firstRange(asking);
  const reducedBy = (share: number) => nearest(asking * (1 - share), range);
  const hours = offers.hours ?? limits.offerHours;
  return (
    <Sheet title={t('offer.title')} onClose={props.onClose}>
      <AmountForm
        {...{ range, asking }}
        start={reducedBy(0.1)}
        proposals={shortcuts.map((share) => ({
          label: `−${Math.round(share * 100)}%`,
          amount: reducedBy(share),
        }))}
        withNote
        submit={(amount) => t('offer.submit', amount)}
        rule={t('offer.rule', format.won(range.from), limits.offerTries, hours)}
        onSubmit={async (amount, note) => {
          await props.room.makeOffer(amount, note);
          props.onClose();
          props.onMade();
        }}
      />
    </Sheet>
  );
}
