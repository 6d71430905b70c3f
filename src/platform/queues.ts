import { Queue, type QueueOptions } from 'bullmq';
import type { Logger } from './logger.js';
import type { RedisClient } from './redis.js';

export type { Job, Queue } from 'bullmq';

export const timerQueueName = 'timers';

/** A wake-up: the worker that takes it looks in the database for what there is to do. */
export interface TimerJob {
  kind: string;
  id: string;
  /** When it falls due, in milliseconds. */
  at: number;
}

/** The producers' side of a process's queues. */
export class Queues {
  /** All queues that were opened, for the dashboard and metrics. */
  readonly all: Queue[] = [];
  private readonly timers: Queue<TimerJob>;

  constructor(
    private readonly deps: {
      connection: RedisClient;
      /** Must be the prefix that the workers use. */
      prefix: string;
      log: Logger;
    },
  ) {
    // The id of a job is free again once it is done or failed, so what is still due by then can be added again.
    const once = { attempts: 1, removeOnComplete: true, removeOnFail: true };
    this.timers = this.open<TimerJob>(timerQueueName, once);
  }

  get prefix(): string {
    return this.deps.prefix;
  }

  /** Opens a queue with the options for its jobs; it is closed with the others. */
  open<T>(name: string, defaultJobOptions?: QueueOptions['defaultJobOptions']): Queue<T> {
    const { connection, prefix, log } = this.deps;
    const queue = new Queue<T>(name, { connection, prefix, defaultJobOptions });
    queue.on('error', (error) =>
      log.debug({ queue: name, reason: error.message }, 'a queue cannot be reached'),
    );
    this.all.push(queue as Queue);
    return queue;
  }

  /** Adds wake-ups for their time. Adding one again changes nothing, since its id says what it is for. */
  async wake(jobs: TimerJob[]): Promise<void> {
    const now = Date.now();
    await this.timers.addBulk(
      jobs.map(({ kind, id, at }) => ({
        name: kind,
        data: { kind, id, at },
        opts: { jobId: `${kind}-${id}-${at}`, delay: Math.max(0, at - now) },
      })),
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((queue) => queue.close()));
  }
}
