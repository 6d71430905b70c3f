import type { view } from '../contract/index.js';
import type { Queue, Queues } from '../platform/queues.js';
import { DeadLetterQueue } from './dead-letter-queue.js';
import {
  bundled,
  jobIdOf,
  pushQueueNames,
  type Bundle,
  type PushJob,
  type PushQueueName,
} from './push-job.js';

/** A job that does nothing: whoever takes it shows that the queue goes on. */
export const canaryJobName = 'canary';

/** A push that a bundle could not finish. */
export interface LeftPush {
  job: PushJob;
  delayMs: number;
  tried: boolean;
}

/** Data of a canary: of no kind that a worker knows. */
const canary = {} as PushJob;

/** Of a push, all in all. */
const tries = 6;

const HOUR = 3600;
const DAY = 24 * HOUR;

const jobOptions = {
  attempts: tries,
  // How long is up to the worker.
  backoff: { type: 'custom' },
  // Long enough that the id dedupes when the relay repeats a stretch of the log; behind that the claims do.
  removeOnComplete: { age: HOUR, count: 5_000 },
  // They leave for the dead letters at once.
  removeOnFail: { age: 14 * DAY },
};

/** Where pushes wait for a worker: a queue for each class, and one for those that were given up. */
export class PushQueues {
  readonly dead: DeadLetterQueue;
  private readonly classes: Record<PushQueueName, Queue<PushJob | Bundle>>;

  constructor(private readonly queues: Queues) {
    const open = (name: PushQueueName) => queues.open<PushJob | Bundle>(name, jobOptions);
    this.classes = { chat: open('chat'), transactional: open('transactional'), bulk: open('bulk') };
    this.dead = new DeadLetterQueue(this.classes, queues);
  }

  /** Adds a push under its own id ({@link jobIdOf}): whoever adds one again adds nothing. */
  async add(queue: PushQueueName, job: PushJob): Promise<void> {
    const { name, data, opts } = inQueue(job);
    await this.classes[queue].add(name, data, opts);
  }

  /**
   * The same for many, in one trip for each queue and in bundles where there are enough. Some may be in when it
   * rejects; adding all again does no harm, for whoever sends claims first.
   */
  async addMany(jobs: { queue: PushQueueName; job: PushJob }[]): Promise<void> {
    await Promise.all(
      pushQueueNames.map(async (name) => {
        const own = jobs.filter(({ queue }) => queue === name).map(({ job }) => job);
        if (own.length === 0) return;
        await this.classes[name].addBulk(bundled(own).map((job) => inQueue(job)));
      }),
    );
  }

  /** Adds what a bundle leaves over, each for its time; `tried`: it has lost a try. */
  async addLeft(queue: PushQueueName, left: LeftPush[]): Promise<void> {
    await this.classes[queue].addBulk(
      left.map(({ job, delayMs: delay, tried }) =>
        inQueue(job, { delay, attempts: tried ? tries - 1 : tries }),
      ),
    );
  }

  /** How many jobs wait in each: those whose time has come, and those that are tried again later. */
  async waiting(): Promise<Record<PushQueueName, { wait: number; delayed: number }>> {
    const counted = pushQueueNames.map(async (name) => {
      const { wait = 0, delayed = 0 } = await this.classes[name].getJobCounts('wait', 'delayed');
      return [name, { wait, delayed }] as const;
    });
    return Object.fromEntries(await Promise.all(counted)) as Awaited<ReturnType<this['waiting']>>;
  }

  /** Adds a job to each class that does nothing, unless that of this name still lies there. */
  async addCanaries(name: string): Promise<void> {
    const once = { jobId: name, removeOnComplete: true, removeOnFail: true };
    await Promise.all(
      pushQueueNames.map((queue) => this.classes[queue].add(canaryJobName, canary, once)),
    );
  }

  /** How full each is, with that of the dead letters. */
  sample() {
    const names: string[] = [...pushQueueNames, this.dead.name];
    return Promise.all(this.queues.all.filter(({ name }) => names.includes(name)).map(sampleOf));
  }

  /** The push as it lies in whichever queue; null: it lies in none. */
  async find(push: PushJob): Promise<view.TracedRecipient['job']> {
    for (const queue of pushQueueNames) {
      const job = await this.classes[queue].getJob(jobIdOf(push));
      if (!job) continue;
      const state = await job.getState();
      // What was begun and put back waits from then on, not since it was added.
      const since = job.processedOn ?? job.timestamp;
      const runsAt = state === 'delayed' ? new Date(since + job.delay).toISOString() : undefined;
      return { queue, state, tries: job.attemptsMade, runsAt };
    }
    return null;
  }
}

const inQueue = (job: PushJob | Bundle, opts: { delay?: number; attempts?: number } = {}) => ({
  name: job.kind,
  data: job,
  opts: { jobId: jobIdOf(job), ...opts },
});

/**
 * `due`: how many a worker could take now. The list of those that wait is not all of them: what has a priority lies
 * elsewhere, and what was delayed stays where it is until a worker looks, which is never where all of them are busy or
 * gone. `oldestMs`: for how long the first of them has waited since it fell due, in milliseconds; 0 when there is none.
 */
async function sampleOf(queue: Queue) {
  const now = Date.now();
  const first = (state: 'wait' | 'prioritized' | 'delayed') => queue.getJobs([state], 0, 0, true);
  const [counts, overdue, waits, withPriority, soonest] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'delayed', 'active', 'failed'),
    queue.getDelayedCount(now),
    first('wait'),
    first('prioritized'),
    first('delayed'),
  ]);
  const { waiting = 0, prioritized = 0, delayed = 0, active = 0, failed = 0 } = counts;
  // A job that was delayed and is not any more has lost the delay, but not the option that asked for it.
  const firsts = [...waits, ...withPriority, ...(overdue > 0 ? soonest : [])];
  const dueAt = firsts.map(({ timestamp, opts }) => timestamp + (opts.delay ?? 0));
  return {
    queue: queue.name,
    jobs: { waiting, prioritized, delayed, active, failed },
    due: waiting + prioritized + overdue,
    oldestMs: Math.max(0, ...dueAt.map((at) => now - at)),
  };
}
