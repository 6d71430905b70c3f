import { percentile } from '../measure/percentiles.js';
import { Device } from './device.js';
import type { Connected, Door } from './orders.js';

/** Devices that only connect. */
export class Doors {
  private readonly devices: Device[];

  constructor(
    doors: Door[],
    private readonly broken: (reason: Error) => void,
  ) {
    this.devices = doors.map(({ port, token }) => new Device(port, token, {}));
  }

  /** Connects all, `atOnce` at a time. Rejects when one is refused or gets no `session:ready` in time. */
  async dial(atOnce: number): Promise<Connected> {
    const took: number[] = [];
    const waiting = [...this.devices];
    const start = performance.now();
    const line = async () => {
      for (let device = waiting.pop(); device; device = waiting.pop()) {
        const from = performance.now();
        await device.connect(this.broken);
        took.push(performance.now() - from);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, line));
    return {
      connections: took.length,
      seconds: (performance.now() - start) / 1_000,
      readyMs: { p50: percentile(took, 0.5), p99: percentile(took, 0.99) },
    };
  }

  close(): void {
    for (const device of this.devices) device.close();
  }
}
