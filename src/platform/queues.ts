import { Queue } from 'bullmq';
import type { RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import { DeadLetters, type StoredLetter } from './dead-letters.js';
import type { Logger } from './logger.js';
import {
  bundled,
  deadQueueName,
  jobIdOf,
  pushQueueNames,
  type Bundle,
  type PushJob,
  type PushQueueName,
} from './push-job.js';

export {
  bundleSize,
  deadQueueName,
  jobIdOf,
  pushesIn,
  pushQueueNames,
  type Bundle,
  type PushJob,
  type PushQueueName,
} from './push-job.js';

export type { DeadLetter } from './dead-letters.js';

/** A job that does nothing: whoever takes it shows that the queue goes on. */
export const canaryJobName = 'canary';

/** How full a queue is. */
export interface QueueSample {
  queue: string;
  jobs: Record<'waiting' | 'delayed' | 'active' | 'failed', number>;
  /** How long the first of those that wait has waited, in milliseconds; 0 when none does. */
  oldestMs: number;
}

/** How many jobs wait in a queue: those whose time has come, and those that are tried again later. */
export interface Waiting {
  wait: number;
  delayed: number;
}

/** A push that a bundle could not finish. */
export interface LeftPush {
  job: PushJob;
  delayMs: number;
  tried: boolean;
}

/** Where a push stands. */
export interface QueuedPush {
  queue: PushQueueName;
  state: string;
  tries: number;
  /** Of one that waits for its time. */
  runsAt?: Date;
}

export const timerQueueName = 'timers';

/** A wake-up: whoever takes it looks at the database for what there is to do. */
export interface TimerJob {
  kind: string;
  id: string;
  /** When it falls due, in milliseconds. */
  at: number;
}

export interface Queues {
  /** Adds a push under its own id ({@link jobIdOf}): whoever adds one again adds nothing. */
  add(queue: PushQueueName, job: PushJob): Promise<void>;
  /**
   * The same for many, in one trip for each queue and in bundles where there are enough. Some may be in when it
   * rejects; adding all again does no harm, for whoever sends claims first.
   */
  addMany(jobs: { queue: PushQueueName; job: PushJob }[]): Promise<void>;
  /** Adds what a bundle leaves over, each for its time; `tried`: it has lost a try. */
  addLeft(queue: PushQueueName, left: LeftPush[]): Promise<void>;
  waiting(): Promise<Record<PushQueueName, Waiting>>;
  /** Adds a job to each class that does nothing, unless that of this name still lies there. */
  knock(name: string): Promise<void>;
  sample(): Promise<QueueSample[]>;
  readonly dead: DeadLetters;
  /** The push as it lies in whichever queue; null: it lies in none. */
  find(job: PushJob): Promise<QueuedPush | null>;
  /** Adds wake-ups for their time. Their ids follow from what they are for: whoever adds one again adds nothing. */
  wake(jobs: TimerJob[]): Promise<void>;
  /** Express handler of the read-only dashboard, to be mounted at `basePath`. */
  dashboard(basePath: string): RequestHandler;
  close(): Promise<void>;
}

/** Data of a canary: of no kind that a worker knows. */
const canary = {} as PushJob;

/** Of a push, all in all. */
const tries = 6;

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Producers' side of the queues. `prefix` must be the one that the workers use. */
export function openQueues(connection: Redis, prefix: string, log: Logger): Queues {
  const open = (name: PushQueueName): Queue<PushJob | Bundle> => {
    const queue = new Queue<PushJob | Bundle>(name, {
      connection,
      prefix,
      defaultJobOptions: {
        attempts: tries,
        // How long is up to the worker.
        backoff: { type: 'custom' },
        // Long enough that the id dedupes when the relay repeats a stretch of the log; behind that the claims do.
        removeOnComplete: { age: HOUR, count: 5_000 },
        // They leave for the dead letters at once.
        removeOnFail: { age: 14 * DAY },
      },
    });
    queue.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'queue'));
    return queue;
  };
  const pushes = Object.fromEntries(pushQueueNames.map((name) => [name, open(name)])) as Record<
    PushQueueName,
    Queue<PushJob | Bundle>
  >;
  const letters = new Queue<StoredLetter>(deadQueueName, { connection, prefix });
  letters.on('error', (error) =>
    log.debug({ queue: letters.name, reason: error.message }, 'queue'),
  );
  const timers = new Queue<TimerJob>(timerQueueName, {
    connection,
    prefix,
    // Once done or failed its id is free: what is still due by then is added again.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  });
  timers.on('error', (error) => log.debug({ queue: timers.name, reason: error.message }, 'queue'));
  const all = [...Object.values(pushes), letters, timers];
  return {
    async add(queue, job) {
      await pushes[queue].add(job.kind, job, { jobId: jobIdOf(job) });
    },
    async addMany(jobs) {
      await Promise.all(
        pushQueueNames.map(async (name) => {
          const own = jobs.filter(({ queue }) => queue === name).map(({ job }) => job);
          if (own.length === 0) return;
          await pushes[name].addBulk(
            bundled(own).map((job) => ({
              ...{ name: job.kind, data: job },
              opts: { jobId: jobIdOf(job) },
            })),
          );
        }),
      );
    },
    async addLeft(queue, left) {
      await pushes[queue].addBulk(
        left.map(({ job, delayMs, tried }) => ({
          ...{ name: job.kind, data: job },
          opts: { jobId: jobIdOf(job), delay: delayMs, attempts: tried ? tries - 1 : tries },
        })),
      );
    },
    async waiting() {
      const counted = pushQueueNames.map(async (name) => {
        const { wait = 0, delayed = 0 } = await pushes[name].getJobCounts('wait', 'delayed');
        return [name, { wait, delayed }] as const;
      });
      return Object.fromEntries(await Promise.all(counted)) as Record<PushQueueName, Waiting>;
    },
    async knock(name) {
      const once = { jobId: name, removeOnComplete: true, removeOnFail: true };
      await Promise.all(
        pushQueueNames.map((queue) => pushes[queue].add(canaryJobName, canary, once)),
      );
    },
    sample: () => Promise.all([...Object.values(pushes), letters].map(sampleOf)),
    async find(job) {
      const found = pushQueueNames.map((name) => queuedIn(name, pushes[name], jobIdOf(job)));
      return (await Promise.all(found)).find((one) => one !== null) ?? null;
    },
    dead: new DeadLetters({ classes: pushes, letters }),
    async wake(jobs) {
      const now = Date.now();
      await timers.addBulk(
        jobs.map(({ kind, id, at }) => ({
          name: kind,
          data: { kind, id, at },
          opts: { jobId: `${kind}-${id}-${at}`, delay: Math.max(0, at - now) },
        })),
      );
    },
    dashboard(basePath) {
      let board: Promise<RequestHandler> | undefined;
      return (request, response, next) => {
        // When somebody looks, and not whenever a process starts: few of them ever show it.
        board ??= import('./queue-board.js').then((it) => it.openQueueBoard(all, basePath));
        board.then((show) => show(request, response, next)).catch(next);
      };
    },
    async close() {
      await Promise.all(all.map((queue) => queue.close()));
    },
  };
}

async function queuedIn(
  name: PushQueueName,
  queue: Queue<PushJob | Bundle>,
  id: string,
): Promise<QueuedPush | null> {
  const job = await queue.getJob(id);
  if (!job) return null;
  const state = await job.getState();
  // What was begun and put back waits from then on, not since it was added.
  const since = job.processedOn ?? job.timestamp;
  const runsAt = state === 'delayed' ? { runsAt: new Date(since + job.delay) } : {};
  return { queue: name, state, tries: job.attemptsMade, ...runsAt };
}

async function sampleOf(queue: Queue): Promise<QueueSample> {
  const [counts, [oldest]] = await Promise.all([
    queue.getJobCounts('waiting', 'delayed', 'active', 'failed'),
    queue.getJobs(['wait'], 0, 0, true),
  ]);
  const { waiting = 0, delayed = 0, active = 0, failed = 0 } = counts;
  const oldestMs = oldest ? Math.max(0, Date.now() - oldest.timestamp) : 0;
  return { queue: queue.name, jobs: { waiting, delayed, active, failed }, oldestMs };
}
