import { useState } from 'preact/hooks';
import { limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { Field, described } from '../parts/field.js';
import { Sheet } from '../parts/sheet.js';
import { passwordErrors } from './password-errors.js';
import { textOf, type FormErrors } from '../screens/form-errors.js';

/** Says what deleting the account does, and asks for the password. */
export function DeleteSheet({ onClose }: { onClose: () => void }) {
  const { client, account, push } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [errors, setErrors] = useState<FormErrors>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const password = textOf(new FormData(event.currentTarget as HTMLFormElement))('password');
    if (password === '') return setErrors({ password: t('common.required') });
    setBusy(true);
    try {
      await account.deleteAccount(password);
    } catch (error) {
      setErrors(passwordErrors(error, t));
      setBusy(false);
      return;
    }
    toast(t('account.deleted'));
    await push.turnOff().catch(() => undefined);
    await client.logOut();
  };
  return (
    <Sheet title={t('account.deleteTitle')} onClose={onClose}>
      <form class="sheet-form" noValidate onSubmit={(event) => void submit(event)}>
        <p class="sheet-hint">{t('account.deleteWhat')}</p>
        <ul class="sheet-list">
          <li>{t('account.deleteListings')}</li>
          <li>{t('account.deleteTrades')}</li>
          <li>{t('account.deleteChats')}</li>
          <li>{t('account.deleteDevices')}</li>
          <li>{t('account.deleteData', limits.erasedWithinHours)}</li>
        </ul>
        <Field name="password" label={t('account.password')} error={errors.password}>
          <input
            {...described('password', errors.password)}
            type="password"
            autoComplete="current-password"
            maxLength={limits.passwordMax}
          />
        </Field>
        {errors.form && (
          <p class="form-error" role="alert">
            {errors.form}
          </p>
        )}
        <div class="sheet-actions">
          <button type="button" class="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" class="button button-final" disabled={busy}>
            {t('account.deleteYes')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}
