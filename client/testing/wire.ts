import type { Clock } from './clock.js';
import type { Faults, PacketKind } from './faults.js';

/**
 * One direction of one connection. Packets arrive in the order in which they were sent, each after the latency, unless
 * a fault says otherwise; after `cut` nothing arrives any more.
 */
export class Wire {
  private tail: Promise<unknown> = Promise.resolve();
  private overtaken: (() => void)[] = [];
  private open = true;

  constructor(
    private readonly faults: Faults,
    private readonly clock: Clock,
    private readonly latencyMs: () => number,
  ) {}

  send(kind: PacketKind, arrive: () => void): void {
    const fate = this.faults.fateOf(kind);
    if (fate === 'lost') return;
    if (fate === 'overtaken') {
      this.overtaken.push(arrive);
      return;
    }
    this.queue(arrive);
    if (fate === 'twice') this.queue(arrive);
    for (const late of this.overtaken.splice(0)) this.queue(late);
  }

  cut(): void {
    this.open = false;
  }

  private queue(arrive: () => void): void {
    // On the way side by side, but arriving one after another.
    const way = this.clock.passed(this.latencyMs());
    this.tail = Promise.all([this.tail, way]).then(() => {
      if (this.open) arrive();
    });
  }
}
