import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { whenNew, type Logger } from '../../src/platform/logger.js';
import { timerQueueName, type TimerJob } from '../../src/platform/queues.js';
import type { Perform } from './perform.js';
import type { Timer } from './timer.js';

/** Takes the sweeper's jobs when their moment has come. */
export async function startTimerWorker(deps: {
  connection: Redis;
  prefix: string;
  timers: readonly Timer[];
  perform: Perform;
  log: Logger;
}): Promise<{ close: () => Promise<void> }> {
  const byName = new Map(deps.timers.map((timer) => [timer.name, timer]));
  const worker = new Worker<TimerJob>(
    timerQueueName,
    async ({ data: { kind, id, at } }) => {
      const timer = byName.get(kind);
      // A kind of a newer release that was rolled back; that release's sweeper will make the job again.
      if (timer) await deps.perform(timer, { id, at: new Date(at) });
    },
    {
      connection: deps.connection,
      prefix: deps.prefix,
      concurrency: 16,
      // A job whose worker died is taken again after about 15 s; the sweeper acts sooner.
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 5,
    },
  );
  const say = whenNew((reason) => deps.log.warn({ queue: timerQueueName, reason }, 'queue'));
  worker.on('error', (error) => say(error.message));
  await worker.waitUntilReady();
  return { close: () => worker.close() };
}
