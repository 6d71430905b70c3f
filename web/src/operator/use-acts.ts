import { useRef, useState } from 'preact/hooks';
import { useToast } from '../app/toast.js';
import { useWork } from '../app/use-work.js';

/**
 * Does something and says what came of it. `acts` counts: a list with it in its key begins anew after each, also after
 * a refusal, since somebody else may have acted. The button that was used may be gone then, so `start` has the focus.
 */
export function useActs() {
  const toast = useToast();
  const { busy, ...work } = useWork();
  const [acts, setActs] = useState(0);
  const start = useRef<HTMLParagraphElement>(null);
  const act = async (does: () => Promise<string>): Promise<void> => {
    await work.act(async () => toast(await does()));
    setActs((n) => n + 1);
    start.current?.focus({ preventScroll: true });
  };
  return { act, acts, busy, start };
}
