import { pushQueueNames, type PushQueueName } from '../../src/notifications/index.js';
import type { PushParts } from './push-parts.js';

/**
 * Canaries sent within the time after which this process counts as stuck: others may take some, and some may be late.
 */
const canariesWithin = 6;

/**
 * Proves that this process takes jobs. Every worker puts a small job into every class on its own schedule, and any job
 * that it takes counts, be it a canary of another worker or a push. A worker that is connected and has taken no job of
 * some class for a while is stuck, and a restart helps. While Redis is away a restart would not help, so that time does
 * not count.
 */
export class Canary {
  private readonly taken = new Map<PushQueueName, number>();
  private timer: NodeJS.Timeout | undefined;
  /** Since when Redis has been reachable; times count from then on. */
  private since = performance.now();
  private sending = false;

  constructor(
    private readonly deps: PushParts & {
      nodeId: string;
      /** This process is stuck after so long without a job of some class. */
      stuckAfterMs: number;
    },
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.send(), this.deps.stuckAfterMs / canariesWithin);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Called when a job of the class was taken here. */
  took(queue: PushQueueName): void {
    this.taken.set(queue, performance.now());
  }

  get stuck(): boolean {
    return pushQueueNames.some((queue) => this.ageMs(queue) > this.deps.stuckAfterMs);
  }

  private ageMs(queue: PushQueueName): number {
    return performance.now() - Math.max(this.since, this.taken.get(queue) ?? 0);
  }

  private async send(): Promise<void> {
    for (const queue of pushQueueNames)
      this.deps.metrics.canaryAge.set({ queue }, this.ageMs(queue) / 1_000);
    // A canary that hangs means that Redis is away, so no other is sent.
    if (this.sending) return this.away('no answer yet');
    this.sending = true;
    try {
      await this.deps.queues.addCanaries(`canary-${this.deps.nodeId}`);
    } catch (error) {
      this.away((error as Error).message);
    } finally {
      this.sending = false;
    }
  }

  private away(reason: string): void {
    this.since = performance.now();
    this.deps.log.debug({ reason }, 'the canary waits for redis');
  }
}
