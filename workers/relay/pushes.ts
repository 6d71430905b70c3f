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
    const told: (Job<T> & { taken: boolean })[] = [];
    for (let at = 0; at < jobs.length; at += atOnce) {
      const some = jobs.slice(at, at + atOnce);
      if (away === undefined && term.held) away = await this.add(some);
      const taken = away === undefined && term.held;
      told.push(...some.map((job) => ({ ...job, taken })));
    }
    if (away !== undefined)
      this.deps.log.warn({ reason: away, jobs: jobs.length }, 'pushes wait for the queue');
    return told;
  }

  /** Why the queue did not take them. */
  private async add(jobs: Job<unknown>[]): Promise<string | undefined> {
    try {
      await this.deps.queues.addMany(
        jobs.map(({ entry: { kind, conversationId, seq }, userId: recipientId }) => ({
          queue: kind === 'offer' ? 'transactional' : 'chat',
          job: { kind: 'entry', conversationId, seq, recipientId },
        })),
      );
      this.deps.metrics.pushes.inc({ outcome: 'queued' }, jobs.length);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
