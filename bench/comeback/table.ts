import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose, { type Connection } from 'mongoose';
import { onGround } from '../ground.js';
import { obeyed, startLoad } from '../load/generator.js';
import { startHaggle, thisBuild } from '../peers/haggle/nodes.js';
import { signInMany } from '../peers/haggle/people.js';
import { most, round, table, targetTable } from '../report.js';
import type { Run, Tabled } from '../run.js';

const atOnce = 256;
/** What a killed process leaves behind is over then (ms). */
const afterKillMs = 1_000;

/**
 * How many devices one gateway holds, what an idle one takes, and how quickly all of them are at another gateway when it
 * is killed; and what the database is asked meanwhile.
 */
export async function comebackTable({ servers, quick, progress }: Run): Promise<Tabled> {
  const people = quick ? 2_000 : 10_000;
  const result = await onGround(servers, async (ground) => {
    const options = { gateways: 2, relay: false };
    const { ports, pem, parts } = await startHaggle(thisBuild, ground, options);
    const [pid] = parts['gateways'] as [number];
    const connection = await mongoose.createConnection(ground.mongoUri).asPromise();
    try {
      const signedIn = await signInMany(connection, pem, people);
      progress(`comeback: ${people} people signed in`);
      const load = await startLoad(ground);
      const dial = async (port: number) => {
        const before = await reads(connection);
        const doors = signedIn.map(({ token }) => ({ port, token }));
        const order = { order: 'dial', doors, atOnce, mayEnd: true } as const;
        const { result: dialled } = await obeyed(load, order, 'dialled');
        const asked = (await reads(connection)) - before;
        progress(`comeback: ${people} connected in ${dialled.seconds.toFixed(1)} s`);
        return { seconds: dialled.seconds, readsEach: asked / people };
      };
      const empty = memoryOf(pid);
      const first = await dial(ports[0]!);
      const idleBytes = (memoryOf(pid) - empty) / people;
      process.kill(pid, 'SIGKILL');
      await delay(afterKillMs);
      return { first, idleBytes, back: await dial(ports[1]!) };
    } finally {
      await connection.close();
    }
  });
  return { text: inTables(people, result), result: { people, ...result } };
}

/** Queries that the database was asked since its start. */
async function reads({ db }: Connection): Promise<number> {
  const status = await db!.admin().command({ serverStatus: 1 });
  return (status as unknown as { opcounters: { query: number } }).opcounters.query;
}

function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)![1]);
}

function inTables(
  people: number,
  { first, back, idleBytes }: Record<'first' | 'back', Dialled> & { idleBytes: number },
): string {
  const line = (what: string, { seconds, readsEach }: Dialled) => [
    what,
    seconds.toFixed(1),
    round(people / seconds),
    readsEach.toFixed(2),
  ];
  return [
    `${people} people with a device each, ${atOnce} under way at a time; an idle one takes ${round(idleBytes / 1024)} KB of the gateway.`,
    table(
      ['all of them', 's', 'connections/s', 'reads of the database each'],
      [line('at one gateway', first), line('at another, after it was killed', back)],
    ),
    targetTable('Haggle', [
      most('seconds until all are back', back.seconds, 60),
      most('reads of the database for each who came back', back.readsEach, 1),
    ]),
  ].join('\n\n');
}

interface Dialled {
  seconds: number;
  readsEach: number;
}
