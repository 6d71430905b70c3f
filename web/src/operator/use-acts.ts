import { useRef, useState } from 'preact/hooks';
import { useToast } from '../app/toast.js';
import { describeError } from '../i18n/describe-error.js';
import { useLanguage } from '../i18n/language.js';

/**
 * Does something and says what came of it. `acts` counts: a list with it in its key begins anew after each, also after
 * a refusal, since somebody else may have acted. The button that was used may be gone then, so `start` has the focus.
 */
export function useActs() {
  const { t } = useLanguage();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [acts, setActs] = useState(0);
  const start = useRef<HTMLParagraphElement>(null);
  const act = async (does: () => Promise<string>): Promise<void> => {
    setBusy(true);
    try {
      toast(await does());
    } catch (error) {
      toast(describeError(error, t));
    }
    setBusy(false);
    setActs((n) => n + 1);
    start.current?.focus({ preventScroll: true });
  };
  return { act, acts, busy, start };
}
