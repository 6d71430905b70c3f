import { useState } from 'preact/hooks';
import type { DemoAccount } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { speaks } from '../demo/demo.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Artwork } from '../parts/artwork.js';
import { AccountForm } from './account-form.js';
import { ForgottenPassword } from './forgotten-password.js';

/** As one of the demo people where there are any, or with an account. */
export function SignInWays() {
  const { market } = useHaggle();
  const { t, language } = useLanguage();
  const { value } = useLoad('demo', () => market.demoAccounts().catch(() => null));
  const demo = value?.items.filter((account) => speaks(account, language)) ?? [];
  return (
    <>
      {demo.length > 0 && <DemoCards accounts={demo} />}
      <section class="welcome-account">
        {demo.length > 0 && <p class="welcome-or">{t('auth.or')}</p>}
        <AccountForm />
        <ForgottenPassword />
      </section>
    </>
  );
}

function DemoCards({ accounts }: { accounts: readonly DemoAccount[] }) {
  const { openDemo } = useHaggle();
  const { t, language } = useLanguage();
  const [opening, setOpening] = useState<string>();
  const [error, setError] = useState<string>();
  const open = async (role: DemoAccount['role']) => {
    setOpening(role);
    setError(undefined);
    try {
      await openDemo(role, language);
    } catch (thrown) {
      setError(describeError(thrown, t));
      setOpening(undefined);
    }
  };
  return (
    <section class="demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{t('demo.title')}</h2>
      <div class="demo-cards">
        {accounts.map(({ role, nickname }) => (
          <button
            key={role}
            type="button"
            class="demo-card"
            disabled={opening !== undefined}
            onClick={() => void open(role)}
          >
            <span class="demo-art">
              <Artwork category={role === 'buyer' ? 'sports' : 'other'} seed={role} />
            </span>
            <strong>{t(role === 'buyer' ? 'demo.buyer' : 'demo.seller')}</strong>
            <span>{opening === role ? t('demo.opening') : t('demo.as', nickname)}</span>
          </button>
        ))}
      </div>
      <p class="demo-hint">{error ?? t('demo.hint')}</p>
    </section>
  );
}
