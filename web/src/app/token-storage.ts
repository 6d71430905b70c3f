import type { StoredSession, TokenStorage } from '../../../client/index.js';

const sessionKey = 'haggle.session';

/**
 * A demo session lives in its tab, so that two tabs of one browser can be two people; everybody else stays signed
 * in on the device. Tabs that share a session renew it one after another (Web Locks): a refresh token works once.
 */
export function createTokenStorage(): TokenStorage & { useTab(): void } {
  let inTab = sessionStorage.getItem(sessionKey) !== null;
  const place = () => (inTab ? sessionStorage : localStorage);
  return {
    useTab: () => {
      inTab = true;
    },
    load: () => {
      const text = place().getItem(sessionKey);
      try {
        return text === null ? null : (JSON.parse(text) as StoredSession);
      } catch {
        return null;
      }
    },
    save: (session) => {
      if (session) place().setItem(sessionKey, JSON.stringify(session));
      else place().removeItem(sessionKey);
      // The tab is nobody's again: whoever signs in next stays signed in on the device.
      if (!session) inTab = false;
    },
    exclusively: async (task) => {
      // Web Locks exist on secure origins only.
      if (!('locks' in navigator) || inTab) return task();
      return navigator.locks.request(sessionKey, task);
    },
  };
}
