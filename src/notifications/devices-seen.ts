import { Batcher } from '../platform/batcher.js';
import type { Logger } from '../platform/logger.js';
import type { DeviceStore } from './device.store.js';

/**
 * Notes that somebody connected with a sign-in: the devices that it registered are in use. An app that renews its
 * registration at every start needs this not, one that keeps it for months does. Off every path that is waited for;
 * what a node that dies had noted is noted at the next connection.
 */
export class DevicesSeen extends Batcher<string> {
  constructor({ devices, log }: { devices: DeviceStore; log: Logger }) {
    super({
      windowMs: 5_000,
      waitingMax: 20_000,
      keyOf: (sessionId) => sessionId,
      write: (sessionIds) => devices.seen(sessionIds, new Date()),
      lost: (reason) => log.warn({ reason }, 'devices seen not stored'),
    });
  }
}
