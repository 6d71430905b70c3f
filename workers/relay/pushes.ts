import { whenNew, type Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';
import {
  pushQueueNames,
  type PushJob,
  type PushQueueName,
  type PushQueues,
} from '../../src/notifications/index.js';
import type { Term } from './term.js';

/** A push that was decided, and the queue that it goes to. */
export interface Push {
  queue: PushQueueName;
  job: PushJob;
}

/** Jobs handed to a queue at once. */
const atOnce = 500;
/** Pushes that wait for one provider must not stop those for others, but their number is bounded. */
const delayedFactor = 20;
/** How long a queue's length counts after it was read, in milliseconds. */
const countEachMs = 1_000;

interface Deps {
  queues: PushQueues;
  /** Jobs that may wait in a queue. Beyond it nothing is added, so in the end the relay stops reading the log. */
  backlogMax: number;
  log: Logger;
  metrics: Metrics;
}

/**
 * Hands pushes to the queues. A queue that is too long gets none until it is shorter. After a failure all pushes wait,
 * because then Redis is away.
 */
export class Pushes {
  private countedAt = -Infinity;
  private full = new Set<PushQueueName>();

  private readonly sayWaiting: (reason: string) => void;

  constructor(private readonly deps: Deps) {
    this.sayWaiting = whenNew((reason) =>
      deps.log.warn({ reason }, 'the queue took no pushes: the relay tries again'),
    );
  }

  /** Answers with the pushes that the queues took; never rejects. */
  async handOver<T extends Push>(pushes: readonly T[], term: Term): Promise<Set<T>> {
    const taken = new Set<T>();
    if (pushes.length === 0) return taken;
    try {
      await this.count();
      const open = pushes.filter(({ queue }) => !this.full.has(queue));
      for (let at = 0; at < open.length && term.held; at += atOnce) {
        const some = open.slice(at, at + atOnce);
        await this.deps.queues.addMany(some);
        for (const one of some) taken.add(one);
      }
    } catch (error) {
      this.sayWaiting((error as Error).message);
    }
    this.deps.metrics.pushes.inc({ outcome: 'queued' }, taken.size);
    return taken;
  }

  private async count(): Promise<void> {
    if (performance.now() - this.countedAt < countEachMs) return;
    const waiting = await this.deps.queues.waiting();
    this.countedAt = performance.now();
    for (const queue of pushQueueNames) {
      const { wait, delayed } = waiting[queue];
      this.deps.metrics.pushBacklog.set({ queue }, wait + delayed);
      const { backlogMax } = this.deps;
      const full = wait >= backlogMax || delayed >= backlogMax * delayedFactor;
      if (full && !this.full.has(queue))
        this.deps.log.warn({ queue, wait, delayed }, 'a push queue is full');
      if (full) this.full.add(queue);
      else this.full.delete(queue);
    }
  }
}
