import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { tradeLimits, type Deal } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { Sheet } from '../parts/sheet.js';
import { MomentField } from './moment-field.js';
import type { useAct } from './use-act.js';

const dayMs = 24 * 3_600_000;

/** Where a time and a place to meet are proposed, or others than stand. */
export function AppointmentSheet(props: {
  deal: Deal;
  act: ReturnType<typeof useAct>['act'];
  onClose: () => void;
}) {
  const { deal, act, onClose } = props;
  const { market } = useHaggle();
  const { t } = useLanguage();
  const [at, setAt] = useState(() => deal.appointment?.at ?? tomorrowEvening());
  const [place, setPlace] = useState(deal.appointment?.place.name ?? '');
  const [errors, setErrors] = useState<{ at?: string; place?: string }>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const time = Date.parse(at);
    const name = place.trim();
    const fits = time > Date.now() && time <= Date.now() + tradeLimits.appointmentDays * dayMs;
    const wrong = {
      ...(fits ? {} : { at: t('appointment.needTime', tradeLimits.appointmentDays) }),
      ...(name ? {} : { place: t('common.required') }),
    };
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return;
    setBusy(true);
    const same = name === deal.appointment?.place.name ? deal.appointment.place.point : undefined;
    const done = await act(`meet ${deal.version} ${at} ${name}`, (clientMessageId) =>
      market.setAppointment(deal.id, {
        at,
        place: { name, ...(same ? { point: same } : {}) },
        clientMessageId,
      }),
    );
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Sheet title={t('appointment.title')} onClose={onClose}>
      <form class="form sheet-form" noValidate onSubmit={(event) => void submit(event)}>
        <MomentField
          label={t('appointment.at')}
          error={errors.at}
          at={at}
          days={tradeLimits.appointmentDays}
          onChange={setAt}
        />
        <Field name="place" label={t('appointment.place')} error={errors.place}>
          <input
            {...described('place', errors.place)}
            maxLength={limits.placeNameLength}
            value={place}
            placeholder={t('appointment.placePlaceholder')}
            autoComplete="off"
            onInput={(event) => setPlace(event.currentTarget.value)}
          />
        </Field>
        <button type="submit" class="button button-primary button-wide" disabled={busy}>
          {t('appointment.submit')}
        </button>
        <p class="offer-rule">{t('appointment.hint')}</p>
      </form>
    </Sheet>
  );
}

function tomorrowEvening(): string {
  const at = new Date(Date.now() + dayMs);
  at.setHours(19, 0, 0, 0);
  return at.toISOString();
}
