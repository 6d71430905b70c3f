/**
 * Registers devices for push notifications. A separate entry point, so that an app without them doesn't carry it.
 */
import type { Call } from './api.js';
import type { RegisterDevice, Replies } from './contract-types.js';

export type { RegisterDevice } from './contract-types.js';

export type PushApi = ReturnType<typeof createPushApi>;

/** One function for each endpoint, named like it in the contract; takes the `call` of a client. */
export function createPushApi({ call }: { call: Call }) {
  const device = (id: string) => `/me/devices/${encodeURIComponent(id)}`;
  return {
    /** The key that a browser subscribes with. `NOT_FOUND`: this gateway sends no Web Push. */
    getPushKey: () =>
      call<Replies['getPushKey']>({ open: true, method: 'GET', path: '/push/vapid-key' }),
    /**
     * Notifications of whoever is signed in go to this device from now on. `id` is made once per installation and kept;
     * call it at every start, since tokens, language and time zone change.
     */
    registerDevice: (id: string, body: RegisterDevice) =>
      call<Replies['registerDevice']>({ method: 'PUT', path: device(id), body }),
    /** To be called before `logOut`. */
    removeDevice: (id: string) => call<null>({ method: 'DELETE', path: device(id) }),
  };
}
