import { useState } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { Icon } from '../parts/icon.js';
import { ScreenBar } from '../parts/screen-bar.js';
import { DeleteSheet } from './delete-sheet.js';

/** One's own account: all that can be done with it. */
export function AccountScreen() {
  const { t } = useLanguage();
  const [deleting, setDeleting] = useState(false);
  return (
    <div class="with-bar">
      <ScreenBar title={t('account.title')} back="/me" />
      <div class="scroll">
        <div class="page">
          <button type="button" class="row-link is-final" onClick={() => setDeleting(true)}>
            <Icon name="trash" />
            <span>{t('account.delete')}</span>
            <Icon name="next" />
          </button>
        </div>
      </div>
      {deleting && <DeleteSheet onClose={() => setDeleting(false)} />}
    </div>
  );
}
