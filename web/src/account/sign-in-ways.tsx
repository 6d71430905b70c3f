import { useState } from 'preact/hooks';
import type { DemoAccount } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useLoad } from '../app/use-load.js';
import { demo, speaks } from '../demo/demo.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Artwork } from '../parts/artwork.js';
import { AccountForm } from './account-form.js';
import { ForgottenPassword } from './forgotten-password.js';

/** As one of the demo people where there are any, or with an account. */
export function SignInWays() {
  const { market } = useHaggle();
  const { t, language } = useLanguage();
  const { value } = useLoad('demo accounts', () => market.demoAccounts().catch(() => null));
  // The cards have their places before it is known whose they are.
  const people: readonly DemoPerson[] =
    value === undefined && demo
      ? [{ role: 'buyer' }, { role: 'seller' }]
      : (value?.items.filter((account) => speaks(account, language)) ?? []);
  return (
    <>
      {people.length > 0 && <DemoCards people={people} />}
      <section class="welcome-account">
        {people.length > 0 && <p class="welcome-or">{t('auth.or')}</p>}
        <AccountForm />
        <ForgottenPassword />
      </section>
    </>
  );
}

type DemoPerson = Pick<DemoAccount, 'role'> & Partial<Pick<DemoAccount, 'nickname'>>;

function DemoCards(props: { people: readonly DemoPerson[] }) {
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
        {props.people.map(({ role, nickname }) => (
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
            <span>
              {opening === role
                ? t('demo.opening')
                : nickname === undefined
                  ? t('common.loading')
                  : t('demo.as', nickname)}
            </span>
          </button>
        ))}
      </div>
      <p class="demo-hint">{error ?? t('demo.hint')}</p>
    </section>
  );
}
