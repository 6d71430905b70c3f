import { z } from 'zod';
import { Refusal, redriveMax, type view } from '../contract/index.js';
import { decodeCursor, encodeCursor } from '../platform/pages.js';
import type { DeadLetter } from './dead-letter-queue.js';
import { deliveriesOf } from './push-job.js';
import type { PushQueues } from './push-queues.js';
import type { DeliveryStore } from './delivery.store.js';

export const presentDeadLetter = ({ job, at, ...letter }: DeadLetter): view.DeadLetter => ({
  ...letter,
  // To operators both are what changes a notification that is shown.
  kind: job.kind === 'changed' ? 'silent' : job.kind,
  recipientId: job.recipientId,
  conversationId: job.kind === 'digest' ? undefined : job.conversationId,
  seq: job.kind === 'entry' ? job.seq : undefined,
  at: at.toISOString(),
});

const Offset = z.number().int().min(0);
const readAtOnce = 200;

/**
 * Pushes that were given up: looked at, and put back once what was wrong is mended. Devices that were told are not told
 * again, and nobody is told of what was read, blocked or has passed its life since.
 */
export function createDeadLetters(deps: { queues: PushQueues; deliveries: DeliveryStore }) {
  const { dead } = deps.queues;
  /** False: there is no such letter, or not any more. */
  const putBack = async (id: string): Promise<boolean> => {
    const letter = await dead.get(id);
    if (!letter) return false;
    const { job } = letter;
    if (job.kind === 'entry' || job.kind === 'digest')
      await deps.deliveries.reopen(deliveriesOf(job));
    await dead.redrive(letter);
    return true;
  };
  return {
    async list({ limit, cursor }: { limit: number; cursor?: string | undefined }) {
      const scope = ['dead-letters'];
      const offset = cursor === undefined ? 0 : decodeCursor(scope, cursor, Offset);
      const [found, total] = await Promise.all([dead.list(limit + 1, offset), dead.count()]);
      return {
        items: found.slice(0, limit).map(presentDeadLetter),
        nextCursor: found.length > limit ? encodeCursor(scope, offset + limit) : null,
        total,
      };
    },

    /** Throws NOT_FOUND. */
    async redrive(id: string): Promise<void> {
      if (!(await putBack(id))) throw new Refusal('NOT_FOUND', 'No such dead letter');
    },

    /** All, or all of one reason. Answers with how many it were. */
    async redriveAll(reason?: string): Promise<number> {
      const letters: DeadLetter[] = [];
      for (let offset = 0; letters.length < redriveMax; offset += readAtOnce) {
        const found = await dead.list(readAtOnce, offset);
        letters.push(...found.filter((one) => reason === undefined || one.reason === reason));
        if (found.length < readAtOnce) break;
      }
      let redriven = 0;
      for (const { id } of letters.slice(0, redriveMax)) if (await putBack(id)) redriven += 1;
      return redriven;
    },
  };
}
