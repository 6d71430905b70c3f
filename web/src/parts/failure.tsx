import { useState } from 'preact/hooks';
import { Link } from 'wouter';
import { HaggleError } from '../../../client/index.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from './empty.js';

/**
 * A part of the screen that could not be loaded. Where it is only for who is signed in, the way there; where it is for
 * somebody else, what `forbidden` says.
 */
export function Failure(props: {
  error: unknown;
  forbidden?: string | undefined;
  onRetry: () => void;
}) {
  const { error, forbidden, onRetry } = props;
  const { t } = useLanguage();
  const [triedAfter, setTriedAfter] = useState<unknown>();
  const code = error instanceof HaggleError ? error.code : undefined;
  if (code === 'FORBIDDEN' && forbidden !== undefined)
    return <Empty text={forbidden} href="/" action={t('nav.home')} />;
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
        <button
          type="button"
          class="button"
          onClick={() => {
            setTriedAfter(error);
            onRetry();
          }}
        >
          {t(triedAfter === error ? 'common.loading' : 'common.retry')}
        </button>
      )}
    </div>
  );
}
