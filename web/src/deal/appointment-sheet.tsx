import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { tradeLimits, type Deal } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { Sheet } from '../parts/sheet.js';
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
  const [now] = useState(Date.now);
  const [at, setAt] = useState(() => local(deal.appointment?.at ?? tomorrowEvening(now)));
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
    const iso = new Date(time).toISOString();
    const same = name === deal.appointment?.place.name ? deal.appointment.place.point : undefined;
    const done = await act(`meet ${deal.version} ${iso} ${name}`, (clientMessageId) =>
      market.setAppointment(deal.id, {
        at: iso,
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
        <Field name="at" label={t('appointment.at')} error={errors.at}>
          <input
            {...described('at', errors.at)}
            type="datetime-local"
            value={at}
            min={local(new Date(now).toISOString())}
            max={local(new Date(now + tradeLimits.appointmentDays * dayMs).toISOString())}
            onInput={(event) => setAt(event.currentTarget.value)}
          />
        </Field>
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

/** As the input of a date and time takes it: in this device's time zone, to the minute. */
function local(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function tomorrowEvening(now: number): string {
  const at = new Date(now + dayMs);
  at.setHours(19, 0, 0, 0);
  return at.toISOString();
}
