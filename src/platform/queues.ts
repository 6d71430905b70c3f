import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { createBullBoard } from '@bull-board/api';
import { ExpressAdapter } from '@bull-board/express';
import { Queue } from 'bullmq';
import type { RequestListener } from 'node:http';
import type { Redis } from 'ioredis';
import type { Logger } from './logger.js';

/** One queue per class of notification, so that a flood of one never delays another. */
export const queueNames = ['push-chat', 'push-transactional'] as const;
export type QueueName = (typeof queueNames)[number];

/** Ids only: job data is clear text in Redis. The worker loads what it needs and decides again. */
export interface PushJob {
  conversationId: string;
  seq: number;
  recipientId: string;
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
  /** Adds a job under a deterministic id: the same entry and person give one job, however often the relay repeats. */
  add(name: QueueName, job: PushJob): Promise<void>;
  /** Adds wake-ups for their time. Their ids follow from what they are for: whoever adds one again adds nothing. */
  wake(jobs: TimerJob[]): Promise<void>;
  /** Express handler of the read-only dashboard, to be mounted at `basePath`. */
  dashboard(basePath: string): RequestListener;
  close(): Promise<void>;
}

const DAY = 24 * 3600;

/** Producers' side of the queues. `prefix` must be the one that the workers use. */
export function openQueues(connection: Redis, prefix: string, log: Logger): Queues {
  const open = (name: QueueName): Queue<PushJob> => {
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
  const queues = new Map(queueNames.map((name) => [name, open(name)]));
  const timers = new Queue<TimerJob>(timerQueueName, {
    connection,
    prefix,
    // Once done or failed its id is free: what is still due by then is added again.
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  });
  timers.on('error', (error) => log.debug({ queue: timers.name, reason: error.message }, 'queue'));
  const all = [...queues.values(), timers];
  return {
    async add(name, job) {
      const id = `${job.conversationId}-${job.seq}-${job.recipientId}`;
      await queues.get(name)?.add('push', job, { jobId: id });
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
