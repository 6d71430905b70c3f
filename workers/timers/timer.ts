import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';

/** One deadline. */
export interface Due {
  id: string;
  at: Date;
}

/** One kind of deadline, and what is done then. */
export interface Timer {
  /** Its name in job ids and metrics: lower case and dashes. */
  readonly name: string;
  /** The deadlines until a time, overdue ones too, earliest first. Read from an index, not from Redis. */
  due(until: Date, limit: number): Promise<Due[]>;
  /**
   * Acts on a deadline. A job, the sweeper, or several of them at once may call it: it looks at the database and acts
   * neither twice nor too early. False: there was nothing to do.
   */
  act(id: string): Promise<boolean>;
}

export type Perform = (timer: Timer, due: Due) => Promise<void>;

/** Lets a timer act and counts the result. Never rejects: an act that failed is still due, and the next sweep finds it. */
export const createPerform =
  (deps: { log: Logger; metrics: Metrics }): Perform =>
  async (timer, { id, at }) => {
    const kind = timer.name;
    try {
      const done = await timer.act(id);
      deps.metrics.timers.inc({ kind, outcome: done ? 'done' : 'nothing' });
      if (done) deps.metrics.timerLag.observe({ kind }, (Date.now() - at.getTime()) / 1_000);
    } catch (error) {
      deps.metrics.timers.inc({ kind, outcome: 'failed' });
      deps.log.warn(
        { kind, id, reason: (error as Error).message },
        'a timer failed: the next sweep repeats it',
      );
    }
  };
