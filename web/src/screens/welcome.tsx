import { Link } from 'wouter';
import { SignInWays } from '../account/sign-in-ways.js';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Brand } from '../parts/brand.js';
import { ScreenHeading } from '../parts/screen-heading.js';
import { LanguageSwitch } from '../parts/language-switch.js';

/** The way in. `onLookAround`: what who wants to look around first does, where that takes more than a step. */
export function WelcomeScreen({ onLookAround }: { onLookAround: () => void }) {
  const { client, startError } = useHaggle();
  const { t } = useLanguage();
  const connection = useReadable(client.state);
  return (
    <div class="welcome">
      <div class="welcome-top">
        <Brand />
        <LanguageSwitch />
      </div>
      <div class="welcome-body">
        <ScreenHeading title={t('auth.signIn')} class="welcome-title">
          {t('app.tagline')}
        </ScreenHeading>
        {Boolean(startError) && (
          <p class="form-error" role="alert">
            {describeError(startError, t)}
          </p>
        )}
        {connection.phase === 'signedOut' && (
          <p class="form-error">
            {t(connection.reason === 'suspended' ? 'auth.suspended' : 'auth.ended')}
          </p>
        )}
        <SignInWays />
        <Link href="/" class="button button-wide" onClick={onLookAround}>
          {t('auth.lookAround')}
        </Link>
      </div>
    </div>
  );
}
