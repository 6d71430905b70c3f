import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { Queues } from '../../src/platform/queues.js';
import type { EntryHead } from './log.store.js';
import type { Term } from './term.js';

/** A push that is due: an entry for one person. */
export interface Job<T> {
  one: T;
  entry: EntryHead;
  userId: string;
}

/** Jobs handed to the queue at once. */
const atOnce = 100;

/** Hands pushes to the queue. After a failure the rest of them waits too, for the queue is away. */
export class Pushes {
  constructor(private readonly deps: { queues: Queues; log: Logger; metrics: Metrics }) {}

  /** Says of each whether the queue took it; never rejects. */
  async handOver<T>(jobs: Job<T>[], term: Term): Promise<(Job<T> & { taken: boolean })[]> {
    let away: string | undefined;
    const tell = async (job: Job<T>) => {
      if (away !== undefined || !term.held) return { ...job, taken: false };
      try {
        await this.add(job);
        return { ...job, taken: true };
      } catch (error) {
        away = (error as Error).message;
        return { ...job, taken: false };
      }
    };
    const told: (Job<T> & { taken: boolean })[] = [];
    for (let at = 0; at < jobs.length; at += atOnce)
      told.push(...(await Promise.all(jobs.slice(at, at + atOnce).map(tell))));
    if (away !== undefined)
      this.deps.log.warn({ reason: away, jobs: jobs.length }, 'pushes wait for the queue');
    return told;
  }

  private async add({ entry: { kind, conversationId, seq }, userId }: Job<unknown>): Promise<void> {
    await this.deps.queues.add(kind === 'offer' ? 'push-transactional' : 'push-chat', {
      conversationId,
      seq,
      recipientId: userId,
    });
    this.deps.metrics.pushes.inc({ outcome: 'queued' });
  }
}
