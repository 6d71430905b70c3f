import type { Job, Queue, Queues } from '../platform/queues.js';
import {
  deadQueueName,
  jobIdOf,
  pushQueueNames,
  pushesIn,
  type Bundle,
  type PushJob,
  type PushQueueName,
} from './push-job.js';

/** A push that was given up. */
export interface DeadLetter {
  /** That of its job, while it lived. */
  id: string;
  /** The class that it came from, and goes back to. */
  queue: PushQueueName;
  job: PushJob;
  /** Names no token and no person's words. */
  reason: string;
  tries: number;
  /** When it was given up. */
  at: Date;
}

type StoredLetter = Omit<DeadLetter, 'id' | 'at'>;

/** So long a letter is kept; its claims and its decision live as long. */
const keptMs = 14 * 24 * 3_600_000;
const atOnce = 100;
/**
 * A push is put back before its letter is taken out, so that no crash between the two loses it, and for a moment later,
 * so that it cannot have died again by then: its new letter would be taken out in place of the old one.
 */
const redriveDelayMs = 2_000;

/**
 * Pushes that nobody tries again by itself. A job that fails for good lies in its own queue until its letter stands
 * here, so that no crash loses it; that holds for what its processor gave up as for what took its workers down with it.
 */
export class DeadLetterQueue {
  readonly name = deadQueueName;
  private readonly letters: Queue<StoredLetter>;

  constructor(
    private readonly classes: Record<PushQueueName, Queue<PushJob | Bundle>>,
    queues: Queues,
  ) {
    this.letters = queues.open<StoredLetter>(deadQueueName);
  }

  /** Takes over what failed for good, of all classes; answers with what is new here. */
  async collect(): Promise<DeadLetter[]> {
    const collected: DeadLetter[] = [];
    for (const queue of pushQueueNames)
      for (const failed of await this.classes[queue].getFailed(0, atOnce - 1)) {
        const { failedReason: reason = 'unknown', attemptsMade: tries } = failed;
        for (const job of pushesIn(failed.data)) {
          const letter = { queue, job, reason, tries };
          collected.push(
            toLetter(await this.letters.add(job.kind, letter, { jobId: jobIdOf(job) })),
          );
        }
        await failed.remove();
      }
    return collected;
  }

  /** The newest first. */
  async list(limit: number, offset = 0): Promise<DeadLetter[]> {
    const found = await this.letters.getJobs(['wait'], offset, offset + limit - 1, false);
    return found.map(toLetter);
  }

  async get(id: string): Promise<DeadLetter | null> {
    const found = await this.letters.getJob(id);
    return found ? toLetter(found) : null;
  }

  /** Puts the push back to its class under its own id. */
  async redrive({ id, queue, job }: DeadLetter): Promise<void> {
    await this.classes[queue].add(job.kind, job, { jobId: id, delay: redriveDelayMs });
    await this.letters.remove(id);
  }

  count(): Promise<number> {
    return this.letters.getWaitingCount();
  }

  /** Takes out what nobody asked about in fourteen days. */
  async dropOld(): Promise<void> {
    await this.letters.clean(keptMs, 1_000, 'wait');
  }
}

const toLetter = ({ id, data, timestamp }: Job<StoredLetter>): DeadLetter => ({
  id: id!,
  ...data,
  at: new Date(timestamp),
});
