import { HaggleError } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Failure } from '../parts/failure.js';
import { useWords } from './use-words.js';

/** Says to who is no operator that this is not for them. */
export function NotYours() {
  const { t } = useLanguage();
  const say = useWords();
  return <Empty text={say('forbidden')} href="/" action={t('nav.home')} />;
}

/** What could not be read: also because one is no operator any more. */
export function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error instanceof HaggleError && error.code === 'FORBIDDEN') return <NotYours />;
  return <Failure error={error} onRetry={onRetry} />;
}
