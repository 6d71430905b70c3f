import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';
import {
  pushQueueNames,
  type PushQueueName,
  type PushQueues,
} from '../../src/notifications/index.js';

/** Canaries within the time after which this process counts as stuck: some may be taken by others or be late. */
const canariesWithin = 6;

/**
 * Proves that this process takes jobs: it puts a small one into every class on its own schedule, as all others do, and
 * whatever it takes counts, be it a canary of another or a push. A worker that is connected and has taken nothing of
 * some class for a while is stuck, and a restart helps. With Redis away it would not help: then there is nothing to
 * take, and the time does not count.
 */
export class Canary {
  private readonly taken = new Map<PushQueueName, number>();
  private timer: NodeJS.Timeout | undefined;
  /** Since when Redis is known to be there; everything counts from then on. */
  private since = performance.now();
  private sending = false;

  constructor(
    private readonly deps: {
      queues: PushQueues;
      nodeId: string;
      /** After so long without a job of some class this process is stuck. */
      stuckAfterMs: number;
      log: Logger;
      metrics: Metrics;
    },
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.send(), this.deps.stuckAfterMs / canariesWithin);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** A job of the class was taken here. */
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
    // One that hangs is Redis being away: it isn't joined by others.
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
    this.deps.log.debug({ reason }, 'canary waits for redis');
  }
}
