import { Refusal, limits } from '../contract/index.js';
import { lru } from './lru.js';
import { Gate } from './turns.js';

/** People whose budget one node remembers; a person who is dropped starts again with a full one. */
const peopleAtOnce = 50_000;

/** Points a second, and how many a person may spend at once after a quiet while. */
export interface Pace {
  perSecond: number;
  burst: number;
}

/** How much somebody has spent, kept as the time up to which it is paid for. */
export class Allowance {
  private paidUpTo = 0;

  /** Somebody else has counted that it is paid for this far ahead of now, in ms. */
  isAhead(ms: number): void {
    this.paidUpTo = Math.max(this.paidUpTo, performance.now() + ms);
  }

  /** Throws RATE_LIMITED with the wait when too few points are left; it takes nothing then. */
  take(points: number, { perSecond, burst }: Pace): void {
    const now = performance.now();
    const paid = Math.max(this.paidUpTo, now) + (1_000 * points) / perSecond;
    const wait = paid - now - (1_000 * burst) / perSecond;
    if (wait > 0) throw new Refusal('RATE_LIMITED', undefined, { retryAfterMs: Math.ceil(wait) });
    this.paidUpTo = paid;
  }
}

/**
 * Bounds what one person may have a node do: points a second, whatever the door, and a few costly commands at once, so
 * that the database stays free for others. Each node counts by itself: a trip to Redis would cost as much as most of
 * the work that it would bound.
 */
export class Budget {
  private readonly people = lru<{ allowance: Allowance; costly: Gate }>(peopleAtOnce);

  constructor(private readonly pace: Pace) {}

  /**
   * Takes the points, waits for a turn where the work is costly, and works. Throws RATE_LIMITED, and what `work`
   * throws.
   */
  spend<T>(userId: string, points: number, work: () => Promise<T>): Promise<T> {
    return points === 0 ? work() : this.bounded(userId, points, work);
  }

  private async bounded<T>(userId: string, points: number, work: () => Promise<T>): Promise<T> {
    const { allowance, costly } = this.of(userId);
    allowance.take(points, this.pace);
    return points < limits.costlyPoints ? work() : costly.pass(work);
  }

  private of(userId: string) {
    const known = this.people.get(userId);
    if (known) return known;
    const person = { allowance: new Allowance(), costly: new Gate(limits.costlyAtOnce) };
    this.people.set(userId, person);
    return person;
  }
}
