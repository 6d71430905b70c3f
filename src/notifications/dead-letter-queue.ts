import type { Queue, Queues } from '../platform/queues.js';
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
          const id = jobIdOf(job);
          await this.letters.add(job.kind, letter, { jobId: id });
          collected.push({ id, ...letter, at: new Date() });
        }
        await failed.remove();
      }
    return collected;
  }

  /** The newest first. */
  async list(limit: number, offset = 0): Promise<DeadLetter[]> {
    const found = await this.letters.getJobs(['wait'], offset, offset + limit - 1, false);
    return found.map(({ id, data, timestamp }) => ({ id: id!, ...data, at: new Date(timestamp) }));
  }

  async get(id: string): Promise<DeadLetter | null> {
    const found = await this.letters.getJob(id);
    return found ? { id, ...found.data, at: new Date(found.timestamp) } : null;
  }

  /** Puts the push back to its class under its own id. False: there is no such letter. */
  async redrive(id: string): Promise<boolean> {
    const letter = await this.letters.getJob(id);
    if (!letter) return false;
    const { queue, job } = letter.data;
    const opts = { jobId: id, delay: redriveDelayMs };
    await this.classes[queue].add(job.kind, job, opts);
    await letter.remove();
    return true;
  }

  count(): Promise<number> {
    return this.letters.getWaitingCount();
  }

  /** Takes out what nobody asked about in fourteen days. */
  async dropOld(): Promise<void> {
    await this.letters.clean(keptMs, 1_000, 'wait');
  }
}
