import { Link } from 'wouter';
import { HaggleError } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';

/** A part of the screen that could not be loaded. Where it is only for who is signed in, the way there. */
export function Failure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useLanguage();
  const code = error instanceof HaggleError ? error.code : undefined;
  return (
    <div class="empty" role="alert">
      <p>{describeError(error, t)}</p>
      {code === 'NOT_FOUND' ? (
        // Trying again brings nothing back.
        <Link href="/" class="button">
          {t('chats.emptyAction')}
        </Link>
      ) : code === 'UNAUTHENTICATED' ? (
        <Link href="/me" class="button">
          {t('auth.signIn')}
        </Link>
      ) : (
        <button type="button" class="button" onClick={onRetry}>
          {t('common.retry')}
        </button>
      )}
    </div>
  );
}
