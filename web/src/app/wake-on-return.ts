import type { HaggleClient } from '../../../client/index.js';

/** A page that comes back to the front, or a device that is online again, checks its link at once. */
export function wakeOnReturn(client: HaggleClient): void {
  addEventListener('online', () => client.wake());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') client.wake();
  });
}
