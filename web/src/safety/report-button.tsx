import { useState } from 'preact/hooks';
import type { ReportTarget } from '../../../client/market.js';
import { useSignIn } from '../account/sign-in.js';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { ReportSheet } from './report-sheet.js';

/** Tells the moderators of a person, a listing or a message. */
export function ReportButton(props: { target: ReportTarget; id: string; small?: boolean }) {
  const { t } = useLanguage();
  const { thenDo } = useSignIn();
  const [open, setOpen] = useState(false);
  const label = t(`report.title.${props.target}`);
  return (
    <>
      <button
        type="button"
        class={props.small ? 'bubble-menu' : 'button-icon'}
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        onClick={() => thenDo(() => setOpen(true))}
      >
        <Icon name="flag" />
      </button>
      {open && <ReportSheet target={props.target} id={props.id} onClose={() => setOpen(false)} />}
    </>
  );
}
