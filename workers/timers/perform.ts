import type { Logger } from '../../src/platform/logger.js';
import type { Metrics } from '../../src/metrics.js';
import type { Due, Timer } from './timer.js';

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
      deps.log.warn({ kind, id, reason: (error as Error).message }, 'timer failed');
    }
  };
