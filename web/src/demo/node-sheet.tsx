import { useState } from 'preact/hooks';
import { useToast } from '../app/toast.js';
import { useLanguage } from '../i18n/language.js';
import { Sheet } from '../parts/sheet.js';
import { demoWords } from './words.js';

/** Lets a visitor of the embedded demo kill the node that the page hangs on, and watch how the page comes back. */
export function NodeSheet({ node, onClose }: { node: string; onClose: () => void }) {
  const { t, language } = useLanguage();
  const toast = useToast();
  const words = demoWords[language];
  const [busy, setBusy] = useState(false);
  const stop = async () => {
    setBusy(true);
    const answer = await fetch('/dev/stop-node', { method: 'POST' }).catch(() => undefined);
    toast(answer?.ok ? words.stopped(node) : t('error.other'));
    onClose();
  };
  return (
    <Sheet title={words.node(node)} onClose={onClose}>
      <p>{words.nodeStory(node)}</p>
      <button
        type="button"
        class="button button-primary button-wide"
        disabled={busy}
        onClick={() => void stop()}
      >
        {words.stop}
      </button>
    </Sheet>
  );
}
