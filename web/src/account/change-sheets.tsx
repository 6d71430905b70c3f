import { limits } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { FormSheet } from './form-sheet.js';

interface Props {
  onClose: () => void;
}

export function NicknameSheet({ nickname: value, onClose }: Props & { nickname?: string }) {
  const { account } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  return (
    <FormSheet
      title={t('account.nickname')}
      fields={[{ name: 'nickname', label: t('auth.nickname'), kind: 'nickname', value }]}
      yes={t('account.change')}
      onSubmit={async ({ nickname }) => {
        await account.editMe({ nickname: nickname.trim() });
        toast(t('account.nicknameChanged'));
      }}
      onClose={onClose}
    >
      <p class="sheet-hint">{t('auth.nicknameHint', limits.nicknameLength)}</p>
    </FormSheet>
  );
}

/** Asks for another e-mail address, which is to be confirmed by mail. */
export function EmailSheet({ onClose }: Props) {
  const { account } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  return (
    <FormSheet
      title={t('account.changeEmail')}
      fields={[
        { name: 'email', label: t('account.newEmail'), kind: 'email' },
        { name: 'password', label: t('account.password'), kind: 'present' },
      ]}
      yes={t('account.change')}
      onSubmit={async ({ email, password }) => {
        await account.changeEmail(email.trim(), password);
        toast(t('account.emailSent'));
      }}
      onClose={onClose}
    >
      <p class="sheet-hint">{t('account.emailHint')}</p>
    </FormSheet>
  );
}

export function PasswordSheet({ onClose }: Props) {
  const { account } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  return (
    <FormSheet
      title={t('account.changePassword')}
      fields={[
        { name: 'password', label: t('account.passwordNow'), kind: 'present' },
        { name: 'newPassword', label: t('account.newPassword'), kind: 'new' },
      ]}
      yes={t('account.change')}
      onSubmit={async ({ password, newPassword }) => {
        await account.changePassword(password, newPassword);
        toast(t('account.passwordChanged'));
      }}
      onClose={onClose}
    >
      <p class="sheet-hint">{t('account.passwordHint')}</p>
    </FormSheet>
  );
}
