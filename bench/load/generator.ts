import { once } from 'node:events';
import type { Started } from '../measure/processes.js';
import type { Ground } from '../peers/peer.js';
import type { Order, Report } from './orders.js';

/** Starts the load generator, a process of its own. */
export const startLoad = ({ processes }: Ground): Promise<Started> =>
  processes.start('load generator', 'dist/bench/load/main.js');

/** Gives the generator an order and waits until it reports it as done. */
export async function obeyed<R extends Report['report']>(load: Started, order: Order, report: R) {
  const heard = said(load, report);
  load.child.send(order);
  return heard;
}

/** Waits for a report; rejects when the generator failed or ended instead. */
export async function said<R extends Report['report']>(
  { child }: Started,
  wanted: R,
): Promise<Extract<Report, { report: R }>> {
  const over = new AbortController();
  const ended = once(child, 'exit', { signal: over.signal }).then(() => {
    throw new Error('the load generator ended');
  });
  ended.catch(() => undefined);
  try {
    return await Promise.race([ended, reportOf(child, wanted)]);
  } finally {
    over.abort();
  }
}

function reportOf<R extends Report['report']>(
  child: Started['child'],
  wanted: R,
): Promise<Extract<Report, { report: R }>> {
  return new Promise((resolve, reject) => {
    const hear = (report: Report) => {
      if (report.report === wanted) resolve(report as Extract<Report, { report: R }>);
      else if (report.report === 'failed') reject(new Error(`load generator: ${report.reason}`));
      else return;
      child.off('message', hear);
    };
    child.on('message', hear);
  });
}
