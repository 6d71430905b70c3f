import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { whenNew, type Logger } from '../../src/platform/logger.js';
import { timerQueueName, type TimerJob } from '../../src/platform/queues.js';
import type { Perform } from './perform.js';
import type { Timer } from './timer.js';

/** Takes the jobs that the sweeper made when their moment has come. */
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
      // Of a newer version that was rolled back: its sweeper will come again.
      if (timer) await deps.perform(timer, { id, at: new Date(at) });
    },
    {
      connection: deps.connection,
      prefix: deps.prefix,
      concurrency: 16,
      // One whose worker died is taken again within about 15 s; the sweeper is quicker.
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
