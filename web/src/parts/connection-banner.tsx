import { useEffect, useState } from 'preact/hooks';
import type { ConnectionState } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useNow } from '../app/use-now.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import type { Translate } from '../i18n/messages.js';

/** Interruptions shorter than this, in milliseconds, show no banner, which would only flicker. */
const patienceMs = 2_000;

/** Says, after a moment, that the screen may be out of date. It depends on the connection's state alone. */
export function ConnectionBanner() {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const state = useReadable(client.state);
  // Signed out with the session kept: too many sockets, or a server that is ahead of this page.
  const ended = state.phase === 'signedOut';
  const away = state.phase !== 'live' && state.phase !== 'idle';
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!away) return;
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, [away]);
  const now = useNow(away && late ? 1_000 : null);
  if (!away || !late) return <div role="status" />;

  const waiting = state.phase === 'waiting';
  return (
    <div class="banner" role="status">
      <span>{words(state, now, t)}</span>
      {(waiting || ended) && (
        <button type="button" class="button-text" onClick={() => client.wake()}>
          {t('connection.now')}
        </button>
      )}
    </div>
  );
}

function words(state: ConnectionState, now: number, t: Translate): string {
  if (state.phase === 'waiting') {
    return t('connection.waiting', Math.max(0, Math.ceil((state.retryAt - now) / 1_000)));
  }
  if (state.phase === 'offline') return t('connection.offline');
  if (state.phase === 'signedOut') {
    return t(state.reason === 'replaced' ? 'connection.replaced' : 'connection.protocol');
  }
  return t(state.phase === 'syncing' ? 'connection.syncing' : 'connection.connecting');
}
