import type { Redis } from 'ioredis';
import type { InboxStore, MessageStore } from '../../src/conversations/index.js';
import type {
  DecisionStore,
  DeliveryStore,
  DeviceStore,
  PushFactsLoader,
  UnreadNotifications,
} from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { Queues } from '../../src/platform/queues.js';
import type { UserStore } from '../../src/users/index.js';
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

/** Who has looked at nothing for a month has no number on the icon any more. */
const badgeMs = 30 * 24 * 3_600_000;

/** Puts the parts of the push role together and starts them; the composition root calls it with what is outside. */
export async function startPush(deps: {
  messages: MessageStore;
  inbox: InboxStore;
  users: UserStore;
  devices: DeviceStore;
  deliveries: DeliveryStore;
  decisions: DecisionStore;
  facts: PushFactsLoader;
  /** Conversations about which something unread stands in people's lists of notifications. */
  unreadNotifications: UnreadNotifications;
  providers: PushProvider[];
  queues: Queues;
  /** The queues' Redis, and the one of everything else. */
  connection: Redis;
  redis: Redis;
  prefix: { keys: string; queues: string };
  settings: { concurrency: number; retryMs: number; stuckAfterMs: number; nodeId: string };
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}): Promise<{ stuck: () => boolean; stop: () => Promise<void> }> {
  const { inbox, users, deliveries, devices, decisions, queues, clock, log, metrics } = deps;
  const { concurrency, retryMs, stuckAfterMs, nodeId } = deps.settings;
  const unread = async (userIds: string[], now: Date) => {
    const [told, listed] = await Promise.all([
      inbox.toldAndUnread(userIds, new Date(now.getTime() - badgeMs)),
      deps.unreadNotifications(userIds),
    ]);
    for (const [userId, conversations] of listed)
      for (const id of conversations) told.get(userId)?.add(id);
    return told;
  };
  const sound = createSound({ redis: deps.redis, prefix: deps.prefix.keys });
  const claim = createClaimSends({ inbox, users, deliveries, sound, unread });
  const { messages, facts } = deps;
  const push = new SendPush({
    lookAgain: createLookAgain({ messages, inbox, devices, facts, claim, clock }),
    silentUpdate: createSilentUpdate({ inbox, devices, unread, clock }),
    changedUpdate: createChangedUpdate({
      ...{ messages, inbox, users, devices, deliveries, facts, unread, clock },
    }),
    ...{ decisions, deliveries, devices, clock, metrics },
    providers: deps.providers,
  });
  const canary = new Canary({ queues, nodeId, stuckAfterMs, log, metrics });
  const rounds = new QueueRounds({ queues, decisions, clock, log, metrics });
  const workers = await startPushWorkers({
    ...{ connection: deps.connection, prefix: deps.prefix.queues, concurrency, retryMs },
    ...{ queues, log, metrics },
    send: (job, run) => push.send(job, run),
    alive: (queue) => canary.took(queue),
    failed: () => void rounds.collect(),
  });
  canary.start();
  rounds.start();
  return {
    stuck: () => canary.stuck,
    stop: async () => {
      canary.stop();
      await workers.close();
      await rounds.stop();
      for (const provider of deps.providers) await provider.close?.();
    },
  };
}
