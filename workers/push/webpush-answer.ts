import { isLoopback } from '../../src/platform/config.js';
import type { Refused } from './one-or-many.js';
import { retryAfterMs, type Posted } from './post-once.js';
import type { ProviderAnswer } from './provider.js';

/** The pause after a 429 without `Retry-After`. */
const ratePauseMs = 60_000;
const authPauseMs = 5 * 60_000;
/** A device is left alone for this long while nobody knows whether it or we are wrong. */
const unclearMs = 60_000;

/**
 * The push services of browsers in use. Operators are told of their failures; a failure elsewhere concerns only one
 * device.
 */
const services = [
  'fcm.googleapis.com',
  'push.services.mozilla.com',
  'push.apple.com',
  'notify.windows.com',
];

/**
 * True for a push service that many browsers share. Anybody can give any other address as theirs, so its failures
 * concern only that device. `nearby`: a service on this machine counts as well, for development and tests.
 */
export const isSharedService = ({ hostname }: URL, nearby: boolean): boolean =>
  services.some((name) => hostname === name || hostname.endsWith(`.${name}`)) ||
  (nearby && isLoopback(hostname.replace(/^\[|\]$/g, '')));

/**
 * Texts that say that the subscription was made with another key of ours, besides 401 and 403: Apple, Mozilla, Google.
 */
const otherKey =
  /vapid\w*[\s_-]*(public|pk)?[\s_-]*(key)?[\s_-]*(hash)?[\s_-]*mismatch|mismatch\W?sender|sender\W?(id\W?)?mismatch/i;
/** Texts that say that the subscription is over, besides 404 and 410: Apple, Google. */
const isOver =
  /\b(Unregistered|NotRegistered|InvalidRegistration|BadDeviceToken|ExpiredSubscription)\b/i;

/** Whom an answer concerns, and what follows; `keyRefused` counts it among the refusals of our key. */
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
      // RFC 8030, 8.4: the limit is of one subscription.
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

/** When no answer came. */
export const answerOfSilence = (error: NodeJS.ErrnoException, shared: boolean): ProviderAnswer =>
  failedAt(shared, error.code ?? error.message);

const auth = (detail: string) => ({ kind: 'wait', reason: 'auth', detail }) as const;

/** Either this subscription or our own key may be wrong. */
const answerOfRefusedKey = (who: Refused, detail: string): ProviderAnswer =>
  who === 'unknown'
    ? { ...auth(detail), ms: unclearMs, whom: 'device' }
    : answerOfOtherKey(who, detail);

/** The service says that the subscription is wrong. When it says so of all of them, our key was exchanged. */
const answerOfOtherKey = (who: Refused, detail: string): ProviderAnswer =>
  who === 'many'
    ? { ...auth(detail), ms: authPauseMs }
    : { kind: 'gone', detail: `${detail}: made with another key` };
