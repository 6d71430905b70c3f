import { setTimeout as delay } from 'node:timers/promises';
import type { CrowdOrder, CrowdReport, CrowdSettings } from '../orders.js';
import { neighbours, placeOf } from './pace.js';
import { Person } from './person.js';
import { Tally, type Stretch } from './tally.js';

/**
 * One generator process of the load test: a number of simulated people. It takes orders over the IPC channel, reports
 * every second, and ends with the channel.
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as CrowdSettings;
/** Neighbourhoods of one process. */
const neighbourhoodsEach = 4_000;
/** People who move in at once: sign-ups cost the server much. */
const atOnce = 8;

const tally = new Tally();
const people: Person[] = [];
const byId = new Map<string, Person>();
const deviceOf = (userId: string): Stretch | undefined => byId.get(userId)?.stretch;
const say = (report: CrowdReport) => process.send?.(report);

async function moveIn(count: number, tokens: string[] | undefined): Promise<void> {
  const first = people.length;
  const arrivals = Array.from({ length: count }, (_, index) => {
    const number = first + index;
    const neighbourhood = settings.number * neighbourhoodsEach + Math.floor(number / neighbours);
    return new Person({
      url: settings.urls[number % settings.urls.length]!,
      token: tokens?.[index],
      near: placeOf(neighbourhood),
      tally,
      deviceOf,
    });
  });
  for (let from = 0; from < arrivals.length; from += atOnce)
    await Promise.all(
      arrivals.slice(from, from + atOnce).map(async (person) => {
        await person.movesIn();
        people.push(person);
        byId.set(person.userId!, person);
      }),
    );
}

async function live(count: number, overMs: number): Promise<void> {
  const coming = people.slice(0, count).filter(({ isWanted }) => !isWanted);
  coming.forEach((person, index) => person.comes((overMs * index) / coming.length));
  await Promise.all(people.slice(count).map((person) => person.goes()));
  if (coming.length > 0) await delay(overMs);
}

async function obey(order: CrowdOrder): Promise<void> {
  if (order.order === 'moveIn') await moveIn(order.count, order.tokens);
  else await live(order.count, order.overMs);
  say({ report: 'done' });
}

process.on('message', (order: CrowdOrder) => {
  obey(order).catch((error: Error) => say({ report: 'failed', reason: error.message }));
});
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));
setInterval(() => {
  const online = people.filter(({ stretch }) => stretch).length;
  say({ report: 'second', second: tally.take(online) });
}, 1_000);
say({ report: 'up' });
