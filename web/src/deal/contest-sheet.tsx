import { useState } from 'preact/hooks';
import { tradeLimits, type Deal } from '../../../client/market.js';
import { useHaggle } from '../app/haggle-context.js';
import { useWork } from '../app/use-work.js';
import { useLanguage } from '../i18n/language.js';
import { Sheet } from '../parts/sheet.js';

/** Says what speaks against a no-show that the other side told of. */
export function ContestSheet(props: { deal: Deal; onDone: () => void; onClose: () => void }) {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const [text, setText] = useState('');
  const { busy, error, send } = useWork();
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || text.trim() === '') return;
    if (!(await send(() => market.contestNoShow(props.deal.id, text.trim())))) return;
    props.onDone();
    props.onClose();
  };
  return (
    <Sheet title={t('contest.title')} onClose={props.onClose}>
      <form class="sheet-form" noValidate onSubmit={(event) => void submit(event)}>
        <p class="sheet-hint">{t('contest.ask')}</p>
        <textarea
          class="composer-box edit-box"
          rows={4}
          maxLength={tradeLimits.contestLength}
          aria-label={t('contest.title')}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        {error && (
          <p class="form-error" role="alert">
            {error}
          </p>
        )}
        <button
          type="submit"
          class="button button-primary button-wide"
          disabled={busy || text.trim() === ''}
        >
          {t('contest.send')}
        </button>
      </form>
    </Sheet>
  );
}
