import type { Device } from '../../src/notifications/index.js';

/** What one device is told: rendered in its language, ids beside the short words. */
export interface Notification {
  /** Of this entry (or digest) and this device, the same at every try, so that nothing is shown twice. */
  id: string;
  /** null: it is about several conversations, or about none. */
  conversationId: string | null;
  /** Of the entry. A device ignores one that it has already shown. */
  seq: number | null;
  /** Key of the words, for devices that have words of their own. */
  template: string;
  /** What the app's icon shows. */
  badge: number;
  /** Empty when silent, but for what was taken back. */
  title: string;
  /** At most 80 characters, neutral words when previews are off; empty when silent. */
  body: string;
  /** One shown notification per tag: the next one takes its place. */
  tag: string;
  /** false: it takes its place without a sound. */
  sound: boolean;
  urgency: 'high' | 'normal' | 'low';
  /** Providers throw it away when the device was not reached by then. */
  ttlSeconds: number;
  /** Nothing is shown: what stands under the tag is taken away and the badge renewed. */
  silent: boolean;
  /**
   * It stands for the entry of this `seq`, whose words were shown and then edited or taken back. A device that shows
   * something else by now, or nothing, leaves it at that.
   */
  replaces?: number;
}

/**
 * What a provider made of it, in the words that the worker acts on. `detail` names no token and no person's words.
 * `whom` says whom an answer concerns that holds up: this device alone, or (left out) everybody behind the provider.
 */
export type ProviderAnswer =
  | { kind: 'taken'; providerId?: string }
  /** The device is out of reach for good: its token is deleted, nothing is tried again. */
  | { kind: 'gone'; detail: string }
  /** Our own mistake: trying again changes nothing. */
  | { kind: 'refused'; detail: string }
  /** Not now: the job is put back for `ms` and has lost no try. */
  | { kind: 'wait'; ms: number; detail: string; reason: WaitReason; whom?: 'device' }
  /** Perhaps taken, perhaps not: tried again under the same id. Of one device: its own address is at fault. */
  | { kind: 'failed'; detail: string; whom?: 'device' };

/**
 * `rate`: too many. `auth`: our credentials are refused. `setup`: they don't know what we ask for, so an address or
 * a project of ours is wrong. The rest is the guard's: `open` breaker, all places `full`, device `held` back.
 */
export type WaitReason = 'rate' | 'auth' | 'setup' | 'open' | 'full' | 'held';

/** One way to a device; one file each. */
export interface PushProvider {
  readonly name: Device['provider'];
  /** Never rejects: whatever goes wrong is an answer. */
  send(device: Device, notification: Notification): Promise<ProviderAnswer>;
  /** Gives up its connections; what is still in flight ends as `failed`. */
  close?(): Promise<void>;
}
