import type { Device } from '../../src/notifications/index.js';

/** What a device is told. Rendered for its person; ids only beside the short preview. */
export interface Notification {
  conversationId: string;
  seq: number;
  badge: number;
  title: string;
  /** At most 80 characters. */
  preview: string;
}

/** One way to a device; one file each. */
export interface PushProvider {
  readonly name: Device['provider'];
  /** Rejects when the provider did not take it; the job is tried again. */
  send(device: Device, notification: Notification): Promise<void>;
}
