import { queueOf, type Decision, type DecisionStore } from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { PushJob, PushQueueName, Queues } from '../../src/platform/queues.js';
import type { Due, Timer } from './timer.js';

/** What was released and has no outcome by then (its job was lost with Redis) is released again. */
const againMs = 15 * 60_000;
/** The held ones are counted this often. */
const countEachMs = 15_000;

interface Deps {
  decisions: DecisionStore;
  queues: Pick<Queues, 'add'>;
  clock: Clock;
  metrics: Metrics;
}

/**
 * Releases what was held for quiet hours or by a cap when its time has come: one alone as what it is, several for one
 * person as a digest. It is held until a worker says what became of it, and goes the same way whenever it is
 * released again: what still waits in a queue is told by no second push.
 */
export class PushDigest implements Timer {
  readonly name = 'push-digest';
  private countedAt = -Infinity;

  constructor(private readonly deps: Deps) {}

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
    // Somebody else is at it, too: what is left of it is still due.
    if (fresh.length > 0 && !(await decisions.release(fresh, together))) return true;
    for (const { queue, job } of pushesOf(held, together)) await queues.add(queue, job);
    await decisions.lookAgain(held, new Date(now.getTime() + againMs));
    return true;
  }
}

/** The pushes that tell all of it. What was never released before is told as `fresh` says. */
function pushesOf(
  held: Decision[],
  fresh: number | null,
): { queue: PushQueueName; job: PushJob }[] {
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
