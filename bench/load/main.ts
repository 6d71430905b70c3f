import { Crowd } from './crowd.js';
import { Doors } from './doors.js';
import type { Order, Report } from './orders.js';
import { runPhase } from './phases.js';

/**
 * The load generator. It is a process of its own, so that its work neither counts as a server's nor disturbs the
 * measuring. Takes orders over the IPC channel and ends with it.
 */
let crowd: Crowd | undefined;
let doors: Doors | undefined;

const say = (report: Report) => process.send?.(report);
const fail = (error: Error) => {
  say({ report: 'failed', reason: error.message });
};

async function obey(order: Order): Promise<void> {
  if (order.order === 'connect') {
    crowd = new Crowd(order.pairs, { receipts: order.receipts, broken: fail });
    await crowd.connect();
    say({ report: 'connected' });
  } else if (order.order === 'pull') {
    if (!crowd) throw new Error('nobody is connected');
    say({ report: 'pulled', result: await crowd.pull(order.times, order.behind) });
  } else if (order.order === 'dial') {
    doors = new Doors(order.doors, order.mayEnd ? () => undefined : fail);
    say({ report: 'dialled', result: await doors.dial(order.atOnce) });
  } else if (order.order === 'hang up') {
    doors?.close();
    say({ report: 'hung up' });
  } else {
    if (!crowd) throw new Error('nobody is connected');
    const result = await runPhase(crowd, order.phase, () => say({ report: 'measuring' }));
    say({ report: 'done', result });
  }
}

process.on('message', (order: Order) => {
  obey(order).catch(fail);
});
process.on('disconnect', () => process.exit(0));
say({ report: 'up' });
