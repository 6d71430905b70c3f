import { useEffect, useState } from 'preact/hooks';
import type { ConnectionState } from '../../../client/index.js';
import { useHaggle } from '../app/haggle-context.js';
import { useNow } from '../app/use-now.js';
import { useReadable } from '../app/use-readable.js';
import { useLanguage } from '../i18n/language.js';
import type { Translate } from '../i18n/messages.js';

/** Interruptions shorter than this, in milliseconds, show no banner, which would only flicker. */
const patienceMs = 2_000;

/** Where the connection lives on although the browser says "offline", within this time (ms) it has been asked. */
const checkedMs = 5_000;

/**
 * Says, after a moment, that the screen may be out of date; at once where the browser says that there is no network. A
 * connection that is still there a little later is believed more: a server on this machine needs none.
 */
export function ConnectionBanner() {
  const { client } = useHaggle();
  const { t } = useLanguage();
  const state = useReadable(client.state);
  // Signed out with the session kept: too many sockets, or a server that is ahead of this page.
  const ended = state.phase === 'signedOut';
  const away = state.phase !== 'live' && state.phase !== 'idle';
  const saysOffline = useSaysOffline();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!away) return;
    const timer = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, [away]);
  const now = useNow(away && late ? 1_000 : null);
  if (saysOffline)
    return (
      <div class="banner" role="status" data-phase={state.phase}>
        {t('connection.offline')}
      </div>
    );
  if (!away || !late) return <div role="status" data-phase={state.phase} />;

  const waiting = state.phase === 'waiting';
  return (
    <div class="banner" role="status" data-phase={state.phase}>
      <span>{words(state, now, t)}</span>
      {(waiting || ended) && (
        <button type="button" class="button-text" onClick={() => client.wake()}>
          {t('connection.now')}
        </button>
      )}
    </div>
  );
}

/** Whether the browser says that there is no network, unless the connection was asked and answered since. */
function useSaysOffline(): boolean {
  const { client } = useHaggle();
  const [says, setSays] = useState(!navigator.onLine);
  useEffect(() => {
    const look = () => setSays(!navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  useEffect(() => {
    if (!says) return;
    const timer = setTimeout(() => {
      if (client.state.snapshot().phase === 'live') setSays(false);
    }, checkedMs);
    return () => clearTimeout(timer);
  }, [says]);
  return says;
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
