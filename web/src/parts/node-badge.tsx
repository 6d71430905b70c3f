import { useState } from 'preact/hooks';
import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { demo } from '../demo/demo.js';
import type { NodeSheet } from '../demo/node-sheet.js';
import { useLanguage } from '../i18n/language.js';

/**
 * In a demo: which node this page hangs on. With two windows one sees that they are not the same; in the embedded demo
 * the node can be stopped.
 */
export function NodeBadge() {
  return demo ? <Badge /> : null;
}

function Badge() {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const state = useReadable(client.state);
  const [Opened, setOpened] = useState<{ Sheet: typeof NodeSheet; node: string }>();
  const nodeId = 'nodeId' in state ? state.nodeId : undefined;
  const badge = (
    <span class={`node-badge ${state.phase === 'live' ? 'is-live' : ''}`}>
      <span class="visually-hidden">{nodeId && t('nav.node', nodeId)}</span>
      <span aria-hidden="true">{nodeId ?? '…'}</span>
    </span>
  );
  if (demo !== 'embedded') return badge;
  const open = async (node: string) =>
    setOpened({ Sheet: (await import('../demo/node-sheet.js')).NodeSheet, node });
  return (
    <>
      <button
        type="button"
        class="node-button"
        disabled={nodeId === undefined}
        onClick={() => nodeId && void open(nodeId).catch(() => undefined)}
      >
        {badge}
      </button>
      {Opened && <Opened.Sheet node={Opened.node} onClose={() => setOpened(undefined)} />}
    </>
  );
}
