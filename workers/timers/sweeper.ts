import type { Clock } from '../../src/platform/clock.js';
import type { Logger } from '../../src/platform/logger.js';
import type { TimerJob } from '../../src/platform/queues.js';
import { Loop } from '../loop.js';
import type { Due, Perform, Timer } from './timer.js';

/** Time between two sweeps. */
const sweepEachMs = 5_000;
/** A deadline within this time gets a job, so that it is kept to the moment; two or three sweeps see each. */
const aheadMs = 15_000;
/** When a deadline is overdue by this much its job was lost or is stuck, and the sweeper acts itself. */
const lateMs = 5_000;
/** Deadlines of one kind in one sweep; when there are more, the next sweep follows at once. */
const sweptAtOnce = 1_000;
const actsAtOnce = 16;

interface Deps {
  timers: readonly Timer[];
  /** Adds jobs; jobs that exist stay as they are. Rejects when the queue is out of reach. */
  wake: (jobs: TimerJob[]) => Promise<void>;
  perform: Perform;
  clock: Clock;
  log: Logger;
}

/**
 * Keeps deadlines by asking the database for them. Jobs are only the alarm clock: they are made from what an index
 * says, shortly before their time, so with Redis away or emptied everything still happens, a few seconds late. Nothing
 * is remembered from one sweep to the next, and any number of workers may sweep at once.
 */
export class Sweeper extends Loop {
  private readonly handing = new Set<Timer>();

  constructor(private readonly deps: Deps) {
    super();
  }

  protected async turn(): Promise<void> {
    const more = await Promise.all(this.deps.timers.map((timer) => this.sweep(timer)));
    if (!more.some(Boolean)) await this.pause(sweepEachMs);
  }

  /** True when there were more deadlines than one sweep takes, and some of them were handled. */
  private async sweep(timer: Timer): Promise<boolean> {
    try {
      const now = this.deps.clock().getTime();
      const found = await timer.due(new Date(now + aheadMs), sweptAtOnce);
      const late = found.filter(({ at }) => at.getTime() <= now - lateMs);
      const soon = found.filter(({ at }) => at.getTime() > now - lateMs);
      void this.hand(timer, soon);
      await this.doAll(timer, late);
      return late.length === sweptAtOnce && this.hasMoved(timer, late[0]!);
    } catch (error) {
      const reason = (error as Error).message;
      this.deps.log.warn(
        { kind: timer.name, reason },
        'deadlines could not be looked for: the next sweep looks again',
      );
      return false;
    }
  }

  /** Whether the first deadline has changed. Otherwise an act that always fails would be tried without a pause. */
  private async hasMoved(timer: Timer, first: Due): Promise<boolean> {
    const [next] = await timer.due(this.deps.clock(), 1);
    return next?.id !== first.id;
  }

  /** Not awaited, since the queue may keep a call until Redis is back. Until then it gets no other call. */
  private async hand(timer: Timer, soon: Due[]): Promise<void> {
    if (soon.length === 0 || this.handing.has(timer)) return;
    this.handing.add(timer);
    try {
      await this.deps.wake(soon.map(({ id, at }) => ({ kind: timer.name, id, at: at.getTime() })));
    } catch (error) {
      const reason = (error as Error).message;
      this.deps.log.warn(
        { kind: timer.name, reason },
        'deadlines were not handed to the queue: the next sweep tries again',
      );
    } finally {
      this.handing.delete(timer);
    }
  }

  private async doAll(timer: Timer, late: Due[]): Promise<void> {
    for (let from = 0; from < late.length && this.goesOn; from += actsAtOnce)
      await Promise.all(
        late.slice(from, from + actsAtOnce).map((due) => this.deps.perform(timer, due)),
      );
  }
}
