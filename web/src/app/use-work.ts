import { useState } from 'preact/hooks';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';
import { useToast } from './toast.js';

type Work = () => Promise<unknown>;

/**
 * Does what buttons ask for; `busy` meanwhile. What fails is said in words: by a toast, or, of a form that was sent, in
 * `error`. Both tell whether it was done.
 */
export function useWork() {
  const { t } = useLanguage();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const run = async (work: Work, say: (words: string) => void): Promise<boolean> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      return true;
    } catch (thrown) {
      say(describeError(thrown, t));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    act: (work: Work) => run(work, toast),
    send: (work: Work) => run(work, setError),
  };
}
