import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { tradeLimits } from '../../../client/market.js';
import {
  reportReasons,
  type ModerationApi,
  type ReportReason,
  type ReportedSubject,
  type Verdict,
} from '../../../client/moderation.js';
import { useLanguage } from '../i18n/language.js';
import { Choices } from '../parts/choices.js';
import { Field, described } from '../parts/field.js';
import { Sheet } from '../parts/sheet.js';

const verdicts: readonly Verdict[] = ['dismiss', 'blind', 'warn', 'suspend', 'ban'];
/** Days that a suspension has until somebody chooses others. */
const usualDays = '7';

/** What is decided, and why: the reason is told to the person, the note is for moderators. */
export function DecideSheet(props: {
  report: ReportedSubject['inQueue']['report'];
  /** Of the person whom it is about. */
  name: string;
  onDecide: (decision: Parameters<ModerationApi['decideReport']>[1]) => Promise<void>;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const { report } = props;
  const [verdict, setVerdict] = useState<Verdict>();
  const [reason, setReason] = useState<ReportReason>(report.reason);
  const [days, setDays] = useState(usualDays);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const possible = verdicts.filter((one) => one !== 'blind' || report.targetType === 'listing');
  const isTold = verdict !== undefined && verdict !== 'dismiss';
  const count = Number(days);
  const daysWrong =
    verdict === 'suspend' &&
    !(Number.isInteger(count) && count >= 1 && count <= tradeLimits.suspensionDays);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!verdict || daysWrong || busy) return;
    setBusy(true);
    const said = note.trim();
    await props.onDecide({
      verdict,
      ...(isTold ? { reason } : {}),
      ...(verdict === 'suspend' ? { days: count } : {}),
      ...(said ? { note: said } : {}),
    });
    props.onClose();
  };
  return (
    <Sheet title={t('moderation.decide')} onClose={props.onClose}>
      <form class="sheet-form" noValidate onSubmit={(event) => void submit(event)}>
        <Choices
          title={t('moderation.decide')}
          all={possible}
          chosen={verdict}
          nameOf={(one) => t(`moderation.verdict.${one}`)}
          onChoose={setVerdict}
        />
        <p class="sheet-hint" role="status">
          {verdict ? t(`moderation.means.${verdict}`, props.name) : t('moderation.chooseVerdict')}
        </p>
        {isTold && (
          <Field name="reason" label={t('moderation.reasonTold')}>
            <select
              id="reason"
              value={reason}
              onChange={({ currentTarget }) => setReason(currentTarget.value as ReportReason)}
            >
              {reportReasons.map((one) => (
                <option key={one} value={one}>
                  {t(`report.reason.${one}`)}
                </option>
              ))}
            </select>
          </Field>
        )}
        {verdict === 'suspend' && (
          <Field
            name="days"
            label={t('moderation.days')}
            error={daysWrong ? t('moderation.daysWrong', tradeLimits.suspensionDays) : undefined}
          >
            <input
              {...described('days', daysWrong ? 'wrong' : undefined)}
              inputMode="numeric"
              value={days}
              autoComplete="off"
              onInput={({ currentTarget }) => setDays(currentTarget.value.trim())}
            />
          </Field>
        )}
        <Field name="note" label={t('moderation.noteForTeam')}>
          <input
            id="note"
            maxLength={limits.noteLength}
            value={note}
            autoComplete="off"
            onInput={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </Field>
        <div class="sheet-actions">
          <button type="button" class="button" onClick={props.onClose}>
            {t('common.cancel')}
          </button>
          <button
            type="submit"
            class={`button ${verdict === 'ban' ? 'button-final' : 'button-primary'}`}
            disabled={!verdict || daysWrong || busy}
          >
            {verdict ? t(`moderation.do.${verdict}`) : t('moderation.decide')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
