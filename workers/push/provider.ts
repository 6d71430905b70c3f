import { hash } from 'node:crypto';
import type { Device } from '../../src/notifications/index.js';

/** What one device is told: short texts in its language, and ids. */
export interface Notification {
  /** Id of this entry (or digest) on this device, the same at every try, so that nothing is shown twice. */
  id: string;
  /** null: it is about several conversations, or about none. */
  conversationId: string | null;
  /** The listing that it is about; left out: it is about none. */
  listingId?: string;
  /** The `seq` of the entry, or the version of the listing. A device ignores one that it has already shown. */
  seq: number | null;
  /** Key of the template, for apps that have texts of their own. */
  template: string;
  /** The number on the app's icon. */
  badge: number;
  /** Empty in a silent update, except for a message that was taken back. */
  title: string;
  /** At most 80 characters, neutral words when previews are off; empty when silent. */
  body: string;
  /** A device shows one notification for each tag; the next one replaces it. */
  tag: string;
  /** false: it is shown without a sound. */
  sound: boolean;
  urgency: 'high' | 'normal' | 'low';
  /** Seconds after which a provider drops the push when it has not reached the device. */
  ttlSeconds: number;
  /** true: the device shows nothing, removes the notification with this tag and sets the badge. */
  silent: boolean;
  /**
   * The notification replaces the one for the entry with this `seq`, which was edited or taken back after it was shown.
   * A device that shows another notification by now, or none, ignores it.
   */
  replaces?: number;
}

/**
 * How a provider answered, as the worker acts on it. `detail` contains no token and nothing that a person wrote. `whom`
 * says whom a delay concerns: this device alone, or (left out) everybody behind the provider.
 */
export type ProviderAnswer =
  | { kind: 'taken'; providerId?: string }
  /** The device can never be reached again: its token is deleted and no further try is made. */
  | { kind: 'gone'; detail: string }
  /** Our own mistake: another try would fail too. */
  | { kind: 'refused'; detail: string }
  /** Not now: the job is put back for `ms` milliseconds, which costs no try. */
  | { kind: 'wait'; ms: number; detail: string; reason: WaitReason; whom?: 'device' }
  /** It is unknown whether the push was taken: tried again under the same id. With `whom`, the device's own address fails. */
  | { kind: 'failed'; detail: string; whom?: 'device' };

/**
 * `rate`: we sent too much. `auth`: our credentials are refused. `setup`: the service does not know our project or path,
 * so a setting is wrong. The others come from the gate: `open` breaker, all slots `full`, device `held` back.
 */
export type WaitReason = 'rate' | 'auth' | 'setup' | 'open' | 'full' | 'held';

/** A way to reach devices; each provider is one file. */
export interface PushProvider {
  readonly name: Device['provider'];
  /** Never rejects: every failure is an answer. */
  send(device: Device, notification: Notification): Promise<ProviderAnswer>;
  /** Closes its connections; pushes that are still in flight end as `failed`. */
  close?(): Promise<void>;
}

/**
 * The topic of a Web Push (RFC 8030, 5.4): at most 32 characters of base64url. A push replaces an undelivered one of the
 * same conversation; a push that removes or changes a notification must not replace a newer one.
 */
export function topicOf({ tag, silent, replaces }: Notification): string {
  const prefix = silent ? 'silent:' : replaces === undefined ? '' : 'changed:';
  return hash('sha256', `${prefix}${tag}`, 'base64url').slice(0, 32);
}
