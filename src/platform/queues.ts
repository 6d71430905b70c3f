import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import { Queue } from 'bullmq';
import type { RequestListener } from 'node:http';
import type { Redis } from 'ioredis';
import type { Logger } from './logger.js';

/** One queue per class of notification, so that a flood of one never delays another. */
export const pushQueueNames = ['chat', 'transactional', 'bulk'] as const;
export type PushQueueName = (typeof pushQueueNames)[number];

/** Where pushes lie that nobody tries again by itself: kept for fourteen days, put back by hand. */
export const deadQueueName = 'dead';

/** Ids only: job data is clear text in Redis. The worker loads what it needs and decides again. */
export type PushJob =
  /** An entry of a conversation for one person. */
  | { kind: 'entry'; conversationId: string; seq: number; recipientId: string }
  /** What was held back for a person up to a moment, in milliseconds. */
  | { kind: 'digest'; recipientId: string; until: number }
  /** What was pushed up to an entry was read on one device: the others take the notification away. */
  | { kind: 'silent'; conversationId: string; recipientId: string; readSeq: number };

/** The same push has the same id, however often somebody asks for it. No colon in it, and never digits alone. */
export function jobIdOf(job: PushJob): string {
  switch (job.kind) {
    case 'entry':
      return `${job.conversationId}-${job.seq}-${job.recipientId}`;
    case 'digest':
      return `digest-${job.recipientId}-${job.until}`;
    case 'silent':
      return `silent-${job.conversationId}-${job.readSeq}-${job.recipientId}`;
  }
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
  /** The same for many, in one trip for each queue. Some may be in when it rejects; adding all again does no harm. */
  addMany(jobs: { queue: PushQueueName; job: PushJob }[]): Promise<void>;
  /** How many pushes wait in each queue: those whose time has come, and those that are tried again later. */
  waiting(): Promise<Record<PushQueueName, number>>;
  /** Adds wake-ups for their time. Their ids follow from what they are for: whoever adds one again adds nothing. */
  wake(jobs: TimerJob[]): Promise<void>;
  /** Express handler of the read-only dashboard, to be mounted at `basePath`. */
  dashboard(basePath: string): RequestListener;
  close(): Promise<void>;
}

const DAY = 24 * 3600;

/** Producers' side of the queues. `prefix` must be the one that the workers use. */
export function openQueues(connection: Redis, prefix: string, log: Logger): Queues {
  const open = (name: PushQueueName): Queue<PushJob> => {
    const queue = new Queue<PushJob>(name, {
      connection,
      prefix,
      defaultJobOptions: {
        attempts: 6,
        backoff: { type: 'exponential', delay: 2_000, jitter: 1 },
        // Kept long enough that the id still dedupes when the relay repeats a stretch of the log.
        removeOnComplete: { age: DAY, count: 10_000 },
        removeOnFail: { age: 14 * DAY },
      },
    });
    queue.on('error', (error) => log.debug({ queue: name, reason: error.message }, 'queue'));
    return queue;
  };
  const pushes = Object.fromEntries(pushQueueNames.map((name) => [name, open(name)])) as Record<
    PushQueueName,
    Queue<PushJob>
  >;
  const dead = new Queue(deadQueueName, { connection, prefix });
  dead.on('error', (error) => log.debug({ queue: dead.name, reason: error.message }, 'queue'));
  const timers = new Queue<TimerJob>(timerQueueName, {
    connection,
    prefix,
    // Once done or failed its id is free: what is still due by then is added again.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  });
  timers.on('error', (error) => log.debug({ queue: timers.name, reason: error.message }, 'queue'));
  const all = [...Object.values(pushes), dead, timers];
  return {
    async add(queue, job) {
      await pushes[queue].add(job.kind, job, { jobId: jobIdOf(job) });
    },
    async addMany(jobs) {
      await Promise.all(
        pushQueueNames.map(async (name) => {
          const own = jobs.filter(({ queue }) => queue === name);
          if (own.length === 0) return;
          await pushes[name].addBulk(
            own.map(({ job }) => ({ name: job.kind, data: job, opts: { jobId: jobIdOf(job) } })),
          );
        }),
      );
    },
    async waiting() {
      const counted = pushQueueNames.map(
        async (name) => [name, await pushes[name].getJobCountByTypes('wait', 'delayed')] as const,
      );
      return Object.fromEntries(await Promise.all(counted)) as Record<PushQueueName, number>;
    },
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
      const server = new ExpressAdapter();
      server.setBasePath(basePath);
      createBullBoard({
        queues: all.map(
          (queue) => new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false }),
        ),
        serverAdapter: server,
        options: { uiConfig: { boardTitle: 'Haggle queues', hideRedisDetails: true } },
      });
      return server.getRouter() as RequestListener;
    },
    async close() {
      await Promise.all(all.map((queue) => queue.close()));
    },
  };
}
