import type { Logger } from '../platform/logger.js';
import type { DeviceStore } from './device.store.js';

/** Connections of so long go into one question. */
const gatherMs = 5_000;
/** More than this many wait only when the database is away; then those that come are left out. */
const waitingMax = 20_000;

/**
 * Notes that somebody connected with a sign-in: the devices that it registered are in use. An app that renews its
 * registration at every start needs this not, one that keeps it for months does. Off every path that is waited for;
 * what a node that dies had noted is noted at the next connection.
 */
export class DevicesSeen {
  private noted = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly deps: { devices: DeviceStore; log: Logger }) {}

  note(sessionId: string): void {
    if (this.noted.size >= waitingMax) return;
    this.noted.add(sessionId);
    this.timer ??= setTimeout(() => void this.flush(), gatherMs);
    this.timer.unref();
  }

  /** Writes what is noted; also on the way out. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const sessionIds = [...this.noted];
    this.noted = new Set();
    if (sessionIds.length === 0) return;
    try {
      await this.deps.devices.seen(sessionIds, new Date());
    } catch (error) {
      this.deps.log.warn({ reason: (error as Error).message }, 'devices seen not stored');
    }
  }
}
