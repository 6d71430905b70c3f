import { Worker } from 'bullmq';
import type { WorkerContext } from '../../src/context.js';
import type { Conversations } from '../../src/conversations/index.js';
import type { Listings } from '../../src/listings/index.js';
import type { Media } from '../../src/media/index.js';
import type { Moderation } from '../../src/moderation/index.js';
import type { Notifications } from '../../src/notifications/index.js';
import { whenNew } from '../../src/platform/logger.js';
import { timerQueueName, type TimerJob } from '../../src/platform/queues.js';
import type { Trade } from '../../src/trade/index.js';
import type { Users } from '../../src/users/index.js';
import { ImageLeftovers } from './image-leftovers.js';
import { IndexOlder } from './index-older.js';
import { PushDigest } from './push-digest.js';
import { Sweeper } from './sweeper.js';
import { createPerform, type Perform, type Timer } from './timer.js';

/** Puts the parts of the timers role together and starts them. */
export async function startTimers(
  context: WorkerContext,
  slices: {
    listings: Listings;
    conversations: Conversations;
    trade: Trade;
    notifications: Notifications;
    media: Media;
    users: Users;
    moderation: Moderation;
  },
): Promise<void> {
  const { queues, lifecycle } = context;
  const digest = new PushDigest({ ...context, ...slices.notifications });
  const { users, conversations, trade, moderation } = slices;
  const timers = [
    ...users.timers,
    ...conversations.timers,
    ...trade.timers,
    ...moderation.timers,
    digest,
  ];
  const perform = createPerform(context);
  const worker = await startTimerWorker(context, timers, perform);
  lifecycle.onStop('timers', () => worker.close());
  const sweeper = new Sweeper({ ...context, timers, wake: (jobs) => queues.wake(jobs), perform });
  sweeper.start();
  lifecycle.onStop('sweeper', () => sweeper.stop());
  const indexing = new IndexOlder({ ...context, indexOlder: slices.listings.indexOlder });
  indexing.start();
  lifecycle.onStop('indexing', () => indexing.stop());
  const leftovers = new ImageLeftovers({ ...context, images: slices.media.images });
  leftovers.start();
  lifecycle.onStop('image leftovers', () => leftovers.stop());
}

/** Takes the sweeper's jobs when their moment has come. */
async function startTimerWorker(
  { consumer: connection, queues, log }: WorkerContext,
  timers: readonly Timer[],
  perform: Perform,
): Promise<Worker> {
  const worker = new Worker<TimerJob>(
    timerQueueName,
    async ({ data: { kind, id, at } }) => {
      const timer = timers.find(({ name }) => name === kind);
      // A kind of a newer release that was rolled back; that release's sweeper will make the job again.
      if (timer) await perform(timer, { id, at: new Date(at) });
    },
    {
      connection,
      prefix: queues.prefix,
      concurrency: 16,
      // A job whose worker died is taken again after about 15 s; the sweeper acts sooner.
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 5,
    },
  );
  const say = whenNew((reason) =>
    log.warn({ queue: timerQueueName, reason }, 'a queue cannot be reached'),
  );
  worker.on('error', (error) => say(error.message));
  await worker.waitUntilReady();
  return worker;
}
