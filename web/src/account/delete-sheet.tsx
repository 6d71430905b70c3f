import { accountLimits } from '../../../client/account.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { FormSheet } from './form-sheet.js';

/** Says what deleting the account does, and asks for the password. */
export function DeleteSheet({ onClose }: { onClose: () => void }) {
  const { account, signOut } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const remove = async ({ password }: { password: string }) => {
    await account.deleteAccount(password);
    toast(t('account.deleted'));
    await signOut();
  };
  return (
    <FormSheet
      title={t('account.deleteTitle')}
      fields={[{ name: 'password', label: t('account.password'), kind: 'present' }]}
      yes={t('account.deleteYes')}
      final
      onSubmit={remove}
      onClose={onClose}
    >
      <p class="sheet-hint">{t('account.deleteWhat')}</p>
      <ul class="sheet-list">
        <li>{t('account.deleteListings')}</li>
        <li>{t('account.deleteTrades')}</li>
        <li>{t('account.deleteChats')}</li>
        <li>{t('account.deleteDevices')}</li>
        <li>{t('account.deleteData', accountLimits.erasedWithinHours)}</li>
      </ul>
    </FormSheet>
  );
}
