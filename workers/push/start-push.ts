import type { WorkerContext } from '../../src/context.js';
import type { Conversations } from '../../src/conversations/index.js';
import type { Notifications } from '../../src/notifications/index.js';
import type { Users } from '../../src/users/index.js';
import { Canary } from './canary.js';
import type { PushProvider } from './provider.js';
import type { PushParts } from './push-parts.js';
import { startPushWorkers } from './push-worker.js';
import { QueueRounds } from './queue-rounds.js';
import { SendPush } from './send-push.js';
import { createSound } from './sound.js';

/** A person who has looked at nothing for a month gets no badge any more. */
const badgeMs = 30 * 24 * 3_600_000;

/** Builds and starts the parts of the push role. Returns a function that says whether they are stuck. */
export async function startPush(
  context: WorkerContext,
  slices: { users: Users; conversations: Conversations; notifications: Notifications },
  providers: PushProvider[],
): Promise<() => boolean> {
  const { config, redis } = context;
  const { messages, inbox } = slices.conversations;
  const parts: PushParts = {
    ...context,
    ...slices.notifications,
    messages,
    inbox,
    users: slices.users.users,
    unread: async (userIds, now) => {
      const [told, listed] = await Promise.all([
        inbox.toldAndUnread(userIds, new Date(now.getTime() - badgeMs)),
        slices.notifications.list.unread(userIds),
      ]);
      for (const [userId, conversations] of listed)
        for (const id of conversations) told.get(userId)?.add(id);
      return told;
    },
  };
  const sound = createSound({ redis, prefix: config.redisPrefix });
  const push = new SendPush({ ...parts, sound, providers });
  const canary = new Canary({ ...parts, nodeId: config.nodeId, stuckAfterMs: config.pushStuckMs });
  const rounds = new QueueRounds(parts);
  const workers = await startPushWorkers({
    ...parts,
    connection: context.consumer,
    prefix: context.queues.prefix,
    concurrency: config.pushConcurrency,
    retryMs: config.pushRetryMs,
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
