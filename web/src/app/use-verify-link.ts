import { useEffect } from 'preact/hooks';
import { useLanguage } from '../i18n/language.js';
import { useHaggle } from './haggle-context.js';
import { useToast } from './toast.js';

/** `/?verify=<token>`, the link of the confirmation mail. */
export function useVerifyLink(): void {
  const { market } = useHaggle();
  const { t } = useLanguage();
  const toast = useToast();
  useEffect(() => {
    const token = new URLSearchParams(location.search).get('verify');
    if (!token) return;
    history.replaceState(null, '', '/');
    market.verifyEmail(token).then(
      () => toast(t('verify.done')),
      () => toast(t('verify.failed')),
    );
  }, []);
}
