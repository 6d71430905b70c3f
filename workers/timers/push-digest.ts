import type { WorkerContext } from '../../src/context.js';
import {
  queueOf,
  type Decision,
  type Notifications,
  type PushJob,
  type PushQueueName,
} from '../../src/notifications/index.js';
import type { Due, Timer } from './timer.js';

/** A decision that was released and has no outcome after this time (its job was lost with Redis) is released again. */
const againMs = 15 * 60_000;
/** How often the held pushes are counted, in milliseconds. */
const countEachMs = 15_000;

/**
 * Releases pushes that were held for quiet hours or by a cap, when their time has come: a single one as itself, several
 * for one person as a digest. A push counts as held until a worker records its outcome. When it is released again it
 * uses the same job, so a push that still waits in a queue is not sent twice.
 */
export class PushDigest implements Timer {
  readonly name = 'push-digest';
  private countedAt = -Infinity;

  constructor(
    private readonly deps: Pick<WorkerContext, 'clock' | 'metrics'> &
      Pick<Notifications, 'decisions' | 'queues'>,
  ) {}

  async due(until: Date, limit: number): Promise<Due[]> {
    if (performance.now() - this.countedAt > countEachMs) {
      this.countedAt = performance.now();
      this.deps.metrics.pushHeld.set(await this.deps.decisions.countHeld());
    }
    return this.deps.decisions.due(until, limit);
  }

  async act(recipientId: string): Promise<boolean> {
    const { decisions, queues, clock } = this.deps;
    const now = clock();
    const held = await decisions.dueOf(recipientId, now);
    if (held.length === 0) return false;
    const fresh = held.filter(({ digest }) => digest === undefined);
    const together = fresh.length > 1 ? now.getTime() : null;
    // Another worker releases them too; those that are left are still due.
    if (fresh.length > 0 && !(await decisions.release(fresh, together))) return true;
    for (const { queue, job } of pushesOf(held, together)) await queues.add(queue, job);
    await decisions.lookAgain(held, new Date(now.getTime() + againMs));
    return true;
  }
}

/** The pushes that tell all of these decisions. Decisions that were never released before are told as `fresh` says. */
function pushesOf(held: Decision[], fresh: number | null) {
  const digests = new Set<number>();
  const pushes: { queue: PushQueueName; job: PushJob }[] = [];
  for (const { conversationId, seq, recipientId, category, digest = fresh } of held)
    if (digest === null) {
      const job = { kind: 'entry', conversationId, seq, recipientId, held: true } as const;
      pushes.push({ queue: queueOf(category), job });
    } else if (!digests.has(digest)) {
      digests.add(digest);
      pushes.push({ queue: 'bulk', job: { kind: 'digest', recipientId, until: digest } });
    }
  return pushes;
}
