import type { WorkerContext } from '../../src/context.js';
import type { Conversations } from '../../src/conversations/index.js';
import type { Notifications } from '../../src/notifications/index.js';
import type { Users } from '../../src/users/index.js';
import { Canary } from './canary.js';
import { createChangedUpdate } from './changed-update.js';
import { createClaimSends } from './claim-sends.js';
import { createLookAgain } from './look-again.js';
import type { PushProvider } from './provider.js';
import { startPushWorkers } from './push-worker.js';
import { QueueRounds } from './queue-rounds.js';
import { SendPush } from './send-push.js';
import { createSilentUpdate } from './silent-update.js';
import { createSound } from './sound.js';

/** A person who has looked at nothing for a month gets no badge any more. */
const badgeMs = 30 * 24 * 3_600_000;

/** Builds and starts the parts of the push role. Returns a function that says whether they are stuck. */
export async function startPush(
  context: WorkerContext,
  slices: {
    users: Users;
    conversations: Conversations;
    notifications: Notifications;
    providers: PushProvider[];
  },
): Promise<() => boolean> {
  const { config, redis, clock, log, metrics } = context;
  const { pushConcurrency: concurrency, pushRetryMs: retryMs } = config;
  const { nodeId, pushStuckMs: stuckAfterMs } = config;
  const { providers } = slices;
  const { users } = slices.users;
  const { messages, inbox } = slices.conversations;
  const {
    queues,
    devices,
    deliveries,
    decisions,
    facts,
    unread: unreadNotifications,
  } = slices.notifications;
  const unread = async (userIds: string[], now: Date) => {
    const [told, listed] = await Promise.all([
      inbox.toldAndUnread(userIds, new Date(now.getTime() - badgeMs)),
      unreadNotifications(userIds),
    ]);
    for (const [userId, conversations] of listed)
      for (const id of conversations) told.get(userId)?.add(id);
    return told;
  };
  const sound = createSound({ redis, prefix: config.redisPrefix });
  const claim = createClaimSends({ inbox, users, deliveries, sound, unread });
  const push = new SendPush({
    lookAgain: createLookAgain({ messages, inbox, devices, facts, claim, clock }),
    silentUpdate: createSilentUpdate({ inbox, devices, unread, clock }),
    changedUpdate: createChangedUpdate({
      messages,
      inbox,
      users,
      devices,
      deliveries,
      facts,
      unread,
      clock,
    }),
    decisions,
    deliveries,
    devices,
    clock,
    metrics,
    providers,
  });
  const canary = new Canary({ queues, nodeId, stuckAfterMs, log, metrics });
  const rounds = new QueueRounds({ queues, decisions, clock, log, metrics });
  const workers = await startPushWorkers({
    connection: context.consumer,
    prefix: context.queues.prefix,
    concurrency,
    retryMs,
    queues,
    log,
    metrics,
    send: (job, run) => push.send(job, run),
    alive: (queue) => canary.took(queue),
    failed: () => void rounds.collect(),
  });
  canary.start();
  rounds.start();
  context.lifecycle.onStop('push', async () => {
    canary.stop();
    await workers.close();
    await rounds.stop();
    for (const provider of providers) await provider.close?.();
  });
  return () => canary.stuck;
}
