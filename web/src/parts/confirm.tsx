import { useState } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { Sheet } from './sheet.js';

/** Asks before something that can't be taken back. */
export function Confirm(props: {
  title: string;
  hint: string;
  yes: string;
  onYes: () => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useLanguage();
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await props.onYes();
    props.onClose();
  };
  return (
    <Sheet title={props.title} onClose={props.onClose}>
      <p class="sheet-hint">{props.hint}</p>
      <div class="sheet-actions">
        <button type="button" class="button" onClick={props.onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="button"
          class="button button-primary"
          disabled={busy}
          onClick={() => void confirm()}
        >
          {props.yes}
        </button>
      </div>
    </Sheet>
  );
}
