import { isLoopback } from '../../src/platform/config.js';
import type { Refused } from './one-or-many.js';
import { retryAfterMs, type Posted } from './post-once.js';
import type { ProviderAnswer } from './provider.js';

/** A 429 without `Retry-After`. */
const ratePauseMs = 60_000;
const authPauseMs = 5 * 60_000;
/** So long a device is left alone while nobody knows whether it or we are wrong. */
const unclearMs = 60_000;

/** Push services of browsers in use. What fails there is told to operators; elsewhere only the one device is concerned. */
const services = [
  'fcm.googleapis.com',
  'push.services.mozilla.com',
  'push.apple.com',
  'notify.windows.com',
];

/**
 * True for a push service that many browsers share. Anybody can name any other address as theirs, so trouble there is
 * that device's. `nearby`: one on this machine counts as well, for development and tests.
 */
export const isSharedService = ({ hostname }: URL, nearby: boolean): boolean =>
  services.some((name) => hostname === name || hostname.endsWith(`.${name}`)) ||
  (nearby && isLoopback(hostname.replace(/^\[|\]$/g, '')));

/** Ways to say that the subscription was made with another key of ours, beside 401 and 403: Apple, Mozilla, Google. */
const otherKey =
  /vapid\w*[\s_-]*(public|pk)?[\s_-]*(key)?[\s_-]*(hash)?[\s_-]*mismatch|mismatch\W?sender|sender\W?(id\W?)?mismatch/i;
/** Ways to say that the subscription is over, beside 404 and 410: Apple, Google. */
const isOver =
  /\b(Unregistered|NotRegistered|InvalidRegistration|BadDeviceToken|ExpiredSubscription)\b/i;

/** Whom an answer concerns, and what follows; `keyRefused` counts it among those who refuse our key. */
export function answerOf(
  { status, headers, body }: Posted,
  { shared, keyRefused }: { shared: boolean; keyRefused: () => Refused },
): ProviderAnswer {
  const detail = `status ${status}`;
  if (status >= 200 && status < 300) return { kind: 'taken', providerId: headers.location };
  const retryAfter = headers['retry-after'];
  const ms = retryAfterMs(retryAfter, Date.now(), ratePauseMs);
  switch (status) {
    case 404:
    case 410:
      return { kind: 'gone', detail };
    case 429:
      // RFC 8030, 8.4: of one subscription.
      return { kind: 'wait', reason: 'rate', ms, detail, whom: 'device' };
    case 503:
      if (!retryAfter) return failedAt(shared, detail);
      return { kind: 'wait', reason: 'rate', ms, detail, ...(shared ? {} : { whom: 'device' }) };
    case 400:
      if (isOver.test(body)) return { kind: 'gone', detail: `${detail}: the subscription is over` };
      if (otherKey.test(body)) return answerOfOtherKey(shared ? keyRefused() : 'unknown', detail);
      break;
    case 401:
    case 403:
      if (shared) return answerOfRefusedKey(keyRefused(), detail);
  }
  if (status >= 500 || status === 408) return failedAt(shared, detail);
  return shared ? { kind: 'refused', detail } : failedAt(shared, detail);
}

const failedAt = (shared: boolean, detail: string): ProviderAnswer => ({
  kind: 'failed',
  detail,
  ...(shared ? {} : { whom: 'device' }),
});

/** No answer at all. */
export const answerOfSilence = (error: NodeJS.ErrnoException, shared: boolean): ProviderAnswer =>
  failedAt(shared, error.code ?? error.message);

const auth = (detail: string) => ({ kind: 'wait', reason: 'auth', detail }) as const;
const madeWithAnother = (detail: string) => `${detail}: made with another key`;

/** It may be this subscription or our own key. */
function answerOfRefusedKey(who: Refused, detail: string): ProviderAnswer {
  if (who === 'one') return { kind: 'gone', detail: madeWithAnother(detail) };
  if (who === 'many') return { ...auth(detail), ms: authPauseMs };
  return { ...auth(detail), ms: unclearMs, whom: 'device' };
}

/** The service says that it is the subscription; unless it says so of all of them, for then our key was exchanged. */
const answerOfOtherKey = (who: Refused, detail: string): ProviderAnswer =>
  who === 'many'
    ? { ...auth(detail), ms: authPauseMs }
    : { kind: 'gone', detail: madeWithAnother(detail) };
