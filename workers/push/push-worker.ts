import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Logger } from '../../src/platform/logger.js';
import { pushQueueNames, type PushJob } from '../../src/platform/queues.js';
import type { PushOutcome } from './send-push.js';

/** Takes jobs of all push queues, each queue by a worker of its own: one slow class delays no other. */
export async function startPushWorkers(deps: {
  connection: Redis;
  prefix: string;
  send: (job: PushJob) => Promise<PushOutcome>;
  log: Logger;
}): Promise<{ close: () => Promise<void> }> {
  const workers = pushQueueNames.map((name) => {
    const worker = new Worker<PushJob, PushOutcome>(name, (job) => deps.send(job.data), {
      connection: deps.connection,
      prefix: deps.prefix,
      concurrency: 16,
      // A job whose worker died is taken again within about 15 s (the defaults take a minute).
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 5,
    });
    worker.on('error', (error) => deps.log.warn({ queue: name, reason: error.message }, 'queue'));
    worker.on('failed', (job, error) =>
      deps.log.warn({ queue: name, job: job?.id, reason: error.message }, 'push failed'),
    );
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  return {
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}
