import { useHaggle } from '../app/haggle-context.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';

/** Which node this page hangs on: with two windows one sees that they are not the same. */
export function NodeBadge() {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const state = useReadable(client.state);
  const nodeId = 'nodeId' in state ? state.nodeId : undefined;
  return (
    <span
      class={`node-badge ${state.phase === 'live' ? 'is-live' : ''}`}
      data-phase={state.phase}
      title={nodeId && t('nav.node', nodeId)}
    >
      <span class="visually-hidden">{nodeId && t('nav.node', nodeId)}</span>
      <span aria-hidden="true">{nodeId ?? '…'}</span>
    </span>
  );
}
