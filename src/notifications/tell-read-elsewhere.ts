import type { Logger } from '../platform/logger.js';
import type { PushJob, Queues } from '../platform/queues.js';

export type ReadElsewhere = Extract<PushJob, { kind: 'silent' }>;

/** What is read in this time is handed over in one trip. */
const gatherMs = 250;
/** More than this wait only while the queue is away; then what comes is left out. */
const waitingMax = 1_000;

/**
 * Somebody has read what they were told of: their other devices are to take the notification away. Handed to the
 * queue off the path of the receipt, once, and forgotten when the queue is away: the next notification of the
 * conversation takes the place of the old one anyway.
 */
export class TellReadElsewhere {
  private waiting: ReadElsewhere[] = [];
  private timer: NodeJS.Timeout | undefined;
  private handing = Promise.resolve();

  constructor(private readonly deps: { queues: Queues; log: Logger }) {}

  note(read: ReadElsewhere): void {
    if (this.waiting.length >= waitingMax) return;
    this.waiting.push(read);
    this.timer ??= setTimeout(() => void this.flush(), gatherMs);
  }

  /** Hands over what waits; also on the way out. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    // Until it is through nobody begins another, so that an absent queue holds one trip and not thousands.
    this.handing = this.handing.then(() => this.hand());
    return this.handing;
  }

  private async hand(): Promise<void> {
    const jobs = this.waiting;
    this.waiting = [];
    this.timer = undefined;
    if (jobs.length === 0) return;
    try {
      await this.deps.queues.addMany(jobs.map((job) => ({ queue: 'chat', job })));
    } catch (error) {
      const reason = (error as Error).message;
      this.deps.log.warn({ reason, left: jobs.length }, 'reading not told to other devices');
    }
  }
}
