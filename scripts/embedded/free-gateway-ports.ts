import { answers, isFree } from '../servers/free-port.js';
import { StartProblem } from '../start-problem.js';
import type { Settings } from './settings.js';

/** Throws a StartProblem that names each taken port and what to do, before anything is started. */
export async function requireFreePorts(settings: Settings): Promise<void> {
  const { host, loopback, ports } = settings;
  const taken: number[] = [];
  for (const port of ports) {
    // `localhost` in a browser may mean ::1: a program that listens only there would get our visitors.
    const hidden = loopback && (await answers(port, '::1'));
    if (hidden || !(await isFree(port, host))) taken.push(port);
  }
  if (taken.length === 0) return;
  const names = taken.map(
    (port) =>
      `Port ${port} is taken by another program (it is for node-${ports.indexOf(port) + 1}).`,
  );
  throw new StartProblem(
    `${names.join('\n')}\nStop that program, or choose other ports: PORT=${await freeBase(settings)} npm start`,
  );
}

/** First port, from 4000 in steps of a thousand, from which all gateways find room. */
async function freeBase({ host, ports }: Settings): Promise<number> {
  for (let base = 4_000; base < 60_000; base += 1_000) {
    const free = await Promise.all(ports.map((_, index) => isFree(base + index, host)));
    if (!free.includes(false)) return base;
  }
  return 4_000;
}
