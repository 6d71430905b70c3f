import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { reportReasons, type ReportReason, type ReportTarget } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Choices } from '../parts/choices.js';
import { Sheet } from '../parts/sheet.js';

/** Says what is wrong. A second report of the same target by the same person is the first one, so no key is needed. */
export function ReportSheet(props: { target: ReportTarget; id: string; onClose: () => void }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [reason, setReason] = useState<ReportReason>();
  const [note, setNote] = useState('');
  const { busy, error, send } = useWork();
  const title = t(`report.title.${props.target}`);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!reason || busy) return;
    const said = note.trim();
    const done = await send(() =>
      market.report({
        targetType: props.target,
        targetId: props.id,
        reason,
        ...(said ? { note: said } : {}),
      }),
    );
    if (!done) return;
    toast(t('report.done'));
    props.onClose();
  };
  return (
    <Sheet title={title} onClose={props.onClose}>
      <form class="sheet-form" noValidate onSubmit={(event) => void submit(event)}>
        <p class="sheet-hint">{t('report.hint')}</p>
        <Choices
          title={title}
          all={reportReasons}
          chosen={reason}
          nameOf={(one) => t(`report.reason.${one}`)}
          onChoose={setReason}
        />
        <label class="offer-note-field">
          <span>{t('report.note')}</span>
          <input
            maxLength={limits.noteLength}
            value={note}
            autoComplete="off"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" class="button button-primary button-wide" disabled={!reason || busy}>
          {t('report.send')}
        </button>
      </form>
    </Sheet>
  );
}
