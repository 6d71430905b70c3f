import { useState } from 'preact/hooks';
import { HaggleError } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { FormSheet } from './form-sheet.js';

/** Beside the sign-in form: sends a mail by which a new password can be set. */
export function ForgottenPassword() {
  const { account } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button
        type="button"
        class="button-text"
        aria-haspopup="dialog"
        onClick={() => setAsking(true)}
      >
        {t('account.forgot')}
      </button>
      {asking && (
        <FormSheet
          title={t('account.forgotTitle')}
          fields={[{ name: 'email', label: t('auth.email'), kind: 'email' }]}
          yes={t('account.forgotSend')}
          onSubmit={async ({ email }) => {
            await account.askPasswordReset(email.trim());
            toast(t('account.forgotSent'));
          }}
          onClose={() => setAsking(false)}
        >
          <p class="sheet-hint">{t('account.forgotHint')}</p>
        </FormSheet>
      )}
    </>
  );
}

/** `/?reset=<token>`, the link of that mail. */
export function ResetSheet() {
  const { client, account } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  const [token, setToken] = useState(takeToken);
  if (token === null) return null;
  const set = async ({ password }: { password: string }) => {
    try {
      await account.resetPassword(token, password);
    } catch (error) {
      const over =
        error instanceof HaggleError && ['UNAUTHENTICATED', 'TOKEN_EXPIRED'].includes(error.code);
      if (!over) throw error;
      toast(t('account.resetFailed'));
      return;
    }
    toast(t('account.resetDone'));
    if (client.session.snapshot()) await client.logOut();
  };
  return (
    <FormSheet
      title={t('account.resetTitle')}
      fields={[{ name: 'password', label: t('account.newPassword'), kind: 'new' }]}
      yes={t('account.change')}
      onSubmit={set}
      onClose={() => setToken(null)}
    >
      <p class="sheet-hint">{t('account.resetHint')}</p>
    </FormSheet>
  );
}

/** Out of the address, where it would end up in the history. */
function takeToken(): string | null {
  const token = new URLSearchParams(location.search).get('reset');
  if (token !== null) history.replaceState(null, '', '/');
  return token;
}
