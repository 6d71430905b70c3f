import { queueOf, type DecisionStore } from '../../src/notifications/index.js';
import type { Clock } from '../../src/platform/clock.js';
import type { Metrics } from '../../src/platform/metrics.js';
import type { Queues } from '../../src/platform/queues.js';
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
 * person as a digest. It is held until a worker says what became of it.
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
    const [first, ...more] = held;
    if (!first) return false;
    const { conversationId, seq, category } = first;
    if (more.length === 0)
      await queues.add(queueOf(category), { kind: 'entry', conversationId, seq, recipientId });
    else await queues.add('bulk', { kind: 'digest', recipientId, until: now.getTime() });
    await decisions.lookAgain(held, new Date(now.getTime() + againMs));
    return true;
  }
}
