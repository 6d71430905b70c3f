import { useState } from 'preact/hooks';
import { tradeLimits, type CancelReason, type Deal } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { Choices } from '../parts/choices.js';
import { Sheet } from '../parts/sheet.js';
import type { useAct } from './use-act.js';

const reasons = ['changedMind', 'cannotMeet', 'noAnswer', 'notAsDescribed', 'other'] as const;
const ofSeller = ['changedMind', 'cannotMeet', 'noAnswer', 'soldElsewhere', 'other'] as const;

/** Gives a deal up, and says why. */
export function CancelSheet(props: {
  deal: Deal;
  me: string;
  act: ReturnType<typeof useAct>['act'];
  onClose: () => void;
}) {
  const { deal, act, onClose } = props;
  const { market } = useHaggle();
  const { t } = useLanguage();
  const [reason, setReason] = useState<CancelReason>();
  const [busy, setBusy] = useState(false);
  const { appointment } = deal;
  const late =
    appointment?.state === 'confirmed' &&
    Date.parse(appointment.at) - Date.now() < tradeLimits.lateCancelHours * 3_600_000;
  const submit = async () => {
    if (!reason) return;
    setBusy(true);
    const done = await act(`cancel ${reason}`, (clientMessageId) =>
      market.cancelDeal(deal.id, { reason, clientMessageId }),
    );
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Sheet title={t('deal.cancelTitle')} onClose={onClose}>
      <Choices
        title={t('deal.cancelTitle')}
        all={deal.seller.id === props.me ? ofSeller : reasons}
        chosen={reason}
        nameOf={(one) => t(`deal.reason.${one}`)}
        onChoose={setReason}
      />
      <p class={late ? 'form-error' : 'sheet-hint'}>
        {late ? t('deal.cancelLate', tradeLimits.lateCancelHours) : t('deal.cancelHint')}
      </p>
      <button
        type="button"
        class="button button-primary button-wide"
        disabled={!reason || busy}
        onClick={() => void submit()}
      >
        {t('deal.cancelYes')}
      </button>
    </Sheet>
  );
}
