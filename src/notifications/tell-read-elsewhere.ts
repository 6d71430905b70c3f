import { Batcher } from '../platform/batcher.js';
import type { Logger } from '../platform/logger.js';
import type { PushJob } from './push-job.js';
import type { PushQueues } from './push-queues.js';

export type ReadElsewhere = Extract<PushJob, { kind: 'silent' }>;

/**
 * Somebody has read what they were told of: their other devices are to take the notification away. Handed to the
 * queue off the path of the receipt, once, and forgotten when the queue is away: the next notification of the
 * conversation takes the place of the old one anyway.
 */
export class TellReadElsewhere extends Batcher<ReadElsewhere> {
  constructor({ queues, log }: { queues: PushQueues; log: Logger }) {
    super({
      windowMs: 250,
      waitingMax: 1_000,
      // So that an absent queue holds one trip and not thousands.
      oneAtATime: true,
      write: (jobs) => queues.addMany(jobs.map((job) => ({ queue: 'chat', job }))),
      lost: (reason, left) => log.warn({ reason, left }, 'reading not told to other devices'),
    });
  }
}
