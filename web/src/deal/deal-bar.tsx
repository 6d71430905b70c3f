import { useState } from 'preact/hooks';
import type { Deal } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import type { Translate } from '../i18n/messages.js';
import { useFormat, type Format } from '../i18n/use-format.js';
import { Icon } from '../parts/icon.js';
import { Sheet } from '../parts/sheet.js';
import { DealBody } from './deal-body.js';
import type { Deals } from './use-deals.js';

/** The deal under way, until both have reviewed it, in one line, always in sight: when and where, or what to do next. */
export function DealBar({ deals, me }: { deals: Deals; me: string }) {
  const { t } = useLanguage();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const deal = deals.newest;
  const close = () => setOpen(false);
  // What was done is seen in the room.
  const learn = (acted: Deal) => {
    deals.learn(acted);
    close();
  };
  if (deals.isBarComing) return <div class="deal-bar" />;
  const next = deal && nextStep(deal, t, format);
  if (!next) return null;
  return (
    <>
      <button type="button" class="deal-bar" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name={deal.appointment || deal.state !== 'open' ? 'calendar' : 'shake'} />
        <span class="deal-bar-text">
          <strong>{t(`deal.state.${deal.state}`)}</strong>
          <span>{next}</span>
        </span>
        <Icon name="next" />
      </button>
      {open && (
        <Sheet title={t('deal.title')} onClose={close}>
          <div class="deal-sheet">
            <DealBody deal={deal} deals={{ ...deals, learn }} me={me} />
          </div>
        </Sheet>
      )}
    </>
  );
}

/** What is next in a deal: a review, the meeting, or to agree on one. Undefined: nothing, for both have reviewed it. */
function nextStep(
  { state, abilities, reviews, appointment }: Deal,
  t: Translate,
  format: Format,
): string | undefined {
  if (reviews?.mine && !reviews.mine.shown) return t('review.sent');
  if (abilities.review) return t('review.write');
  if (state !== 'open') return undefined;
  if (!appointment) return t('deal.propose');
  return `${format.meeting(appointment.at)} · ${appointment.place.name}`;
}
