import { z } from 'zod';
import { Refusal, redriveMax, type view } from '../contract/index.js';
import { decodeCursor, encodeCursor } from '../platform/pages.js';
import type { DeadLetter } from './dead-letter-queue.js';
import type { PushQueues } from './push-queues.js';
import type { DeliveryStore } from './delivery.store.js';
import { createRedrivePush } from './redrive-push.js';

export const presentDeadLetter = ({
  id,
  queue,
  job,
  reason,
  tries,
  at,
}: DeadLetter): view.DeadLetter => ({
  // To operators both are what changes a notification that is shown.
  id,
  queue,
  kind: job.kind === 'changed' ? 'silent' : job.kind,
  recipientId: job.recipientId,
  ...(job.kind === 'digest' ? {} : { conversationId: job.conversationId }),
  ...(job.kind === 'entry' ? { seq: job.seq } : {}),
  reason,
  tries,
  at: at.toISOString(),
});

const Offset = z.number().int().min(0);
const readAtOnce = 200;

/** Pushes that were given up: looked at, and put back once what was wrong is mended. */
export function createDeadLetters(deps: { queues: PushQueues; deliveries: DeliveryStore }) {
  const { dead } = deps.queues;
  const redrive = createRedrivePush(deps);
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
      if (!(await redrive(id))) throw new Refusal('NOT_FOUND', 'No such dead letter');
    },

    /** All, or all of one reason. Answers with how many it were. */
    async redriveAll(reason?: string): Promise<number> {
      const ids: string[] = [];
      for (let offset = 0; ids.length < redriveMax; offset += readAtOnce) {
        const letters = await dead.list(readAtOnce, offset);
        const fitting = letters.filter((one) => reason === undefined || one.reason === reason);
        ids.push(...fitting.map(({ id }) => id));
        if (letters.length < readAtOnce) break;
      }
      let redriven = 0;
      for (const id of ids.slice(0, redriveMax)) if (await redrive(id)) redriven += 1;
      return redriven;
    },
  };
}
