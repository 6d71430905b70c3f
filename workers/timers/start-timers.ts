import type { WorkerContext } from '../../src/context.js';
import type { Conversations } from '../../src/conversations/index.js';
import type { Notifications } from '../../src/notifications/index.js';
import type { Trade } from '../../src/trade/index.js';
import { createPerform } from './perform.js';
import { PushDigest } from './push-digest.js';
import { Sweeper } from './sweeper.js';
import { startTimerWorker } from './timer-worker.js';
import type { Timer } from './timer.js';

/** Puts the parts of the timers role together and starts them. */
export async function startTimers(
  context: WorkerContext,
  slices: { conversations: Conversations; trade: Trade; notifications: Notifications },
): Promise<void> {
  const { queues, consumer, lifecycle, clock, log, metrics } = context;
  const { decisions } = slices.notifications;
  const timers: Timer[] = [
    ...slices.trade.timers,
    ...slices.conversations.timers,
    new PushDigest({ decisions, queues: slices.notifications.queues, clock, metrics }),
  ];
  const perform = createPerform({ log, metrics });
  const worker = await startTimerWorker({
    connection: consumer,
    prefix: queues.prefix,
    timers,
    perform,
    log,
  });
  lifecycle.onStop('timers', () => worker.close());
  const sweeper = new Sweeper({
    timers,
    wake: (jobs) => queues.wake(jobs),
    perform,
    clock,
    log,
  });
  sweeper.start();
  lifecycle.onStop('sweeper', () => sweeper.stop());
}
