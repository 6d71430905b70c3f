import { useState } from 'preact/hooks';
import type { Deal } from '../../../client/market.js';
import { useLanguage } from '../i18n/language.js';
import { useFormat } from '../i18n/use-format.js';
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
  const mine = deal?.reviews?.mine;
  const isSent = mine && !mine.shown;
  if (!deal || !(deal.state === 'open' || deal.abilities.review || isSent)) return null;
  const { appointment } = deal;
  const next = isSent
    ? t('review.sent')
    : deal.abilities.review
      ? t('review.write')
      : appointment
        ? `${format.meeting(appointment.at)} · ${appointment.place.name}`
        : t('deal.propose');
  return (
    <>
      <button type="button" class="deal-bar" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name={appointment || deal.state !== 'open' ? 'calendar' : 'shake'} />
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
