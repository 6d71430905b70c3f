import type { PushJob } from './push-job.js';
import type { PushQueues } from './push-queues.js';
import type { DeliveryStore } from './delivery.store.js';

/**
 * Puts a dead letter back to its class, whatever was wrong being mended. Devices that were told are not told again, and
 * nobody is told of what was read, blocked or has passed its life since. False: there is no such letter.
 */
export const createRedrivePush =
  (deps: { queues: PushQueues; deliveries: DeliveryStore }) =>
  async (letterId: string): Promise<boolean> => {
    const letter = await deps.queues.dead.get(letterId);
    if (!letter) return false;
    const { job } = letter;
    if (job.kind === 'entry' || job.kind === 'digest')
      await deps.deliveries.reopen(deliveriesOf(job));
    return deps.queues.dead.redrive(letterId);
  };

type Claimed = Extract<PushJob, { kind: 'entry' | 'digest' }>;

/** With what the ids of the deliveries of a job begin; what changes a notification has none. */
export const deliveriesOf = (job: Claimed): string =>
  job.kind === 'entry'
    ? `${job.conversationId}:${job.seq}:`
    : `digest:${job.recipientId}:${job.until}:`;
