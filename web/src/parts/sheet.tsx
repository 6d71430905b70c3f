import type { ComponentChildren } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { Icon } from './icon.js';
import { useDialog } from './use-dialog.js';

/**
 * A dialog: from the bottom on a phone, in the middle on a desk. The browser's way back closes it. Focus goes back to its
 * opener by itself.
 */
export function Sheet(props: { title: string; onClose: () => void; children: ComponentChildren }) {
  const { t } = useLanguage();
  const dialog = useDialog(props.onClose);
  // The browser would give the focus to the first button, which closes. What one does first may be no field.
  useLayoutEffect(() => {
    const find = (what: string) =>
      dialog.current?.querySelector<HTMLElement>(`.sheet-head ~ ${what}, .sheet-head ~ * ${what}`);
    const first =
      find('[autofocus]') ??
      find(':is(input, textarea, select):enabled:not([hidden])') ??
      find('button:enabled');
    first?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={props.title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) props.onClose();
      }}
    >
      <div class="sheet-body">
        <div class="sheet-head">
          <h2>{props.title}</h2>
          <button
            type="button"
            class="button-icon"
            aria-label={t('common.close')}
            onClick={props.onClose}
          >
            <Icon name="cross" />
          </button>
        </div>
        {props.children}
      </div>
    </dialog>
  );
}
