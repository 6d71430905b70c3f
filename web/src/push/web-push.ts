import { HaggleError } from '../../../client/index.js';
import type { PushApi } from '../../../client/push.js';
import { newId } from '../app/new-id.js';
import type { Language } from '../i18n/language.js';

/** `unavailable`: this server sends none. `unsupported`: this browser shows none. */
export type PushState = 'unavailable' | 'unsupported' | 'denied' | 'off' | 'on';

const deviceKey = 'haggle.device';
const stateKey = 'haggle.push';
export const serviceWorkerPath = '/service-worker.js';

/** Notifications of this browser for whoever is signed in. */
export function createWebPush(api: PushApi) {
  const supported = () =>
    'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

  const subscription = async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const found = await registration?.pushManager.getSubscription();
    if (!found || !isOver(found)) return found ?? null;
    await found.unsubscribe();
    return null;
  };

  const register = async (found: PushSubscription, language: Language) => {
    const { endpoint, keys } = found.toJSON();
    await api.registerDevice(deviceId(), {
      provider: 'webpush',
      subscription: { endpoint: endpoint!, keys: keys as { p256dh: string; auth: string } },
      locale: language,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
  };

  const note = (state: PushState): PushState => {
    localStorage.setItem(stateKey, state);
    return state;
  };

  return {
    /** How it was the last time, or most likely is: the switch has its place before `state` answers. */
    lastState(): PushState {
      const last = localStorage.getItem(stateKey) as PushState | null;
      if (last) return last;
      if (!supported()) return 'unsupported';
      return Notification.permission === 'denied' ? 'denied' : 'off';
    },

    /** Also tells the server that this browser is still there, and in which language it reads. */
    async state(language: Language): Promise<PushState> {
      if (!(await serverKey(api))) return note('unavailable');
      if (!supported()) return note('unsupported');
      if (Notification.permission === 'denied') return note('denied');
      const found = await subscription();
      if (!found || Notification.permission !== 'granted') return note('off');
      await register(found, language);
      return note('on');
    },

    /** To be called from a tap: browsers ask their person only then. */
    async turnOn(language: Language): Promise<PushState> {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') return note(permission === 'denied' ? 'denied' : 'off');
      const key = await serverKey(api);
      if (!key) return 'unavailable';
      await navigator.serviceWorker.register(serviceWorkerPath);
      const { pushManager } = await navigator.serviceWorker.ready;
      // One that was made with another key of the server would never be reached.
      await (await pushManager.getSubscription())?.unsubscribe();
      const made = await pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytesOf(key),
      });
      await register(made, language);
      return note('on');
    },

    /** Nothing reaches this browser any more, even if the server is not told. */
    async turnOff(): Promise<PushState> {
      if (!supported()) return 'unsupported';
      const found = await subscription();
      if (!found) return 'off';
      await found.unsubscribe();
      await api.removeDevice(deviceId());
      return note('off');
    },
  };
}

export type WebPush = ReturnType<typeof createWebPush>;

/** Chromium hands out such an address for a subscription that its push service has removed. */
const isOver = ({ endpoint }: PushSubscription): boolean =>
  new URL(endpoint).hostname.endsWith('.invalid');

async function serverKey(api: PushApi): Promise<string | undefined> {
  try {
    return (await api.getPushKey()).publicKey;
  } catch (error) {
    if (error instanceof HaggleError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

function deviceId(): string {
  const known = localStorage.getItem(deviceKey);
  if (known) return known;
  const made = newId();
  localStorage.setItem(deviceKey, made);
  return made;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
