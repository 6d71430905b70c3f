import { HaggleError } from '../../../client/index.js';
import { useLanguage } from '../i18n/language.js';
import { Empty } from '../parts/empty.js';
import { Failure } from '../parts/failure.js';
import { useWords } from './use-words.js';

/** Says to who is no operator, or no longer one, that this is not for them. */
export function Refused({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useLanguage();
  const say = useWords();
  if (error instanceof HaggleError && error.code === 'FORBIDDEN')
    return <Empty text={say('forbidden')} href="/" action={t('nav.home')} />;
  return <Failure error={error} onRetry={onRetry} />;
}
