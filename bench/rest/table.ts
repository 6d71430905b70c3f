import autocannon from 'autocannon';
import { once } from 'node:events';
import { onGrounds, type Servers } from '../ground.js';
import { cpuMicros } from '../measure/cpu.js';
import { median } from '../measure/percentiles.js';
import { thisBuild } from '../peers/haggle/nodes.js';
import type { Ground } from '../peers/peer.js';
import { least, partsOf, round, table, targetTable } from '../report.js';
import type { Run, Tabled } from '../run.js';
import { openShop, type Request } from './shop.js';

const routes = { feed: 'GET /v1/listings', conversations: 'GET /v1/conversations' } as const;
type Route = keyof typeof routes;
const routeNames = Object.keys(routes) as Route[];

/** The constant route. Its name in the tables. */
const constant = 'Express, constant';
/** Connections that ask at the same time: some, and as many as keep the gateway busy. */
const connectionCounts = [16, 64];

/** How often and how long each server is asked. */
interface Turns {
  /** Before those that count: V8 compiles what runs often only after a while. */
  warmTurns: number;
  rounds: number;
  seconds: number;
}

/** A server that answers the routes. */
interface Server {
  name: string;
  port: number;
  parts: Record<string, number[]>;
  requests: Record<Route, Request[]>;
}

interface Measured {
  perSecond: number;
  /** Mean size of an answer in bytes, with its head. */
  bytes: number;
  /** In whole ms, as autocannon counts them. */
  ms: { p50: number; p99: number };
  cpuMicros: number;
  cpuByPart: Record<string, number>;
}

/** What was asked for, and by how many connections. */
interface Asked {
  route: Route;
  connections: number;
  byServer: Record<string, Measured[]>;
}

/**
 * Requests a second to one gateway for what people read most, warm, beside an Express route that answers the same JSON
 * from memory. All servers are up at the same time and take short turns.
 */
export async function restTable(run: Run): Promise<Tabled> {
  const [warmTurns, rounds, seconds, conversations] = run.quick ? [1, 1, 2, 5] : [3, 5, 3, 10];
  const measured = await measureAll(run, { warmTurns, rounds, seconds, conversations });
  const conditions =
    `One process each, ${connectionCounts.join(' and ')} connections, 200 people in turn, pages of ` +
    `20 listings and of ${conversations} conversations; ${rounds} turns of ${seconds} s, medians.`;
  const charts = measured.map((asked) => ({
    title: `Requests a second: ${titleOf(asked)}`,
    unit: '/s',
    bars: Object.entries(asked.byServer).map(([name, all]) => ({
      name,
      value: middle(all).perSecond,
      own: name === thisBuild.name,
    })),
  }));
  const title = 'Requests a second for the feed and for the own conversations';
  return {
    text: inTables(measured, conditions),
    result: { asked: measured },
    plot: { title, charts },
  };
}

async function measureAll(
  { servers, builds, progress }: Run,
  options: Turns & { conversations: number },
): Promise<Asked[]> {
  return onGrounds(servers, builds.length + 1, async ([own, ...grounds]) => {
    const up: Server[] = [];
    for (const [index, build] of builds.entries()) {
      const shop = await openShop(build, grounds[index]!, options.conversations);
      up.push({ name: build.name, ...shop });
    }
    return inTurns(servers, [await constantOf(own!, up[0]!), ...up], options, progress);
  });
}

/** Starts the constant route with the first answers of a gateway. */
async function constantOf({ processes }: Ground, like: Server): Promise<Server> {
  const { pid, child, ready } = await processes.start(
    'constant server',
    'dist/bench/rest/constant-server.js',
  );
  const bodies: Record<string, unknown> = {};
  for (const route of routeNames) {
    const [{ path, headers }] = like.requests[route] as [Request];
    const answer = await fetch(`http://127.0.0.1:${like.port}${path}`, { headers });
    if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
    bodies[`/${route}`] = await answer.json();
  }
  const set = once(child, 'message');
  child.send(bodies);
  await set;
  const requests = (route: Route): Request[] =>
    like.requests[route].map(({ headers }) => ({ path: `/${route}`, headers }));
  return {
    name: constant,
    port: ready.port!,
    parts: { gateways: [pid] },
    requests: { feed: requests('feed'), conversations: requests('conversations') },
  };
}

async function inTurns(
  servers: Servers,
  up: Server[],
  { warmTurns, rounds, seconds }: Turns,
  progress: Run['progress'],
): Promise<Asked[]> {
  // A route comes again after the same time each time, so that as many pages have run out.
  const measured = connectionCounts.flatMap((connections) =>
    routeNames.map((route): Asked => ({ route, connections, byServer: {} })),
  );
  for (let number = 1 - warmTurns; number <= rounds; number += 1)
    for (const asked of measured)
      for (const server of up) {
        const one = await measure(servers, server, asked, seconds);
        if (number < 1) continue;
        (asked.byServer[server.name] ??= []).push(one);
        progress(`${titleOf(asked)}, round ${number}, ${server.name}: ${inWords(one)}`);
      }
  return measured;
}

async function measure(
  servers: Servers,
  { port, parts, requests }: Server,
  { route, connections }: Asked,
  seconds: number,
): Promise<Measured> {
  const all = { ...parts, mongod: [servers.mongodPid], redis: [servers.redisPid] };
  const read = () => Object.values(all).map(cpuMicros);
  const before = read();
  const everybody = requests[route].map((request) => ({ method: 'GET' as const, ...request }));
  let clients = 0;
  const { requests: answered, ...result } = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    duration: seconds,
    requests: everybody,
    // Each connection begins with another person, or all would ask for the same at the same time.
    setupClient: (client) => {
      const first = Math.floor((clients++ * everybody.length) / connections);
      client.setRequests([...everybody.slice(first), ...everybody.slice(0, first)]);
    },
  });
  const { non2xx, errors } = result;
  if (non2xx + errors > 0) throw new Error(`${routes[route]}: ${non2xx} refused, ${errors} failed`);
  const each = read().map((micros, index) => (micros - before[index]!) / answered.total);
  return {
    perSecond: answered.total / result.duration,
    bytes: result.throughput.total / answered.total,
    ms: { p50: result.latency.p50, p99: result.latency.p99 },
    cpuMicros: each.reduce((sum, micros) => sum + micros, 0),
    cpuByPart: Object.fromEntries(Object.keys(all).map((part, index) => [part, each[index]!])),
  };
}

function middle(all: Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => median(all.map(pick));
  const parts = Object.keys(all[0]!.cpuByPart);
  return {
    perSecond: of((one) => one.perSecond),
    bytes: of((one) => one.bytes),
    ms: { p50: of((one) => one.ms.p50), p99: of((one) => one.ms.p99) },
    cpuMicros: of((one) => one.cpuMicros),
    cpuByPart: Object.fromEntries(parts.map((part) => [part, of((one) => one.cpuByPart[part]!)])),
  };
}

function inTables(measured: Asked[], conditions: string): string {
  const lines = measured.flatMap(({ route, connections, byServer }) =>
    Object.entries(byServer).map(([name, rounds]) => {
      const { perSecond, bytes, ms, ...cpu } = middle(rounds);
      return [
        ...[routes[route], String(connections), name, round(perSecond), `${ms.p50} / ${ms.p99}`],
        ...[round(bytes), round(cpu.cpuMicros), partsOf(cpu)],
      ];
    }),
  );
  // The ratio of each round, since the machine's speed changes from round to round.
  const shareOf = ({ byServer: { Haggle: haggle, [constant]: express } }: Asked) =>
    median(haggle!.map(({ perSecond }, index) => perSecond / express![index]!.perSecond));
  const head = [
    ...['route', 'connections', 'server', 'requests/s', 'p50 / p99 ms', 'bytes', 'CPU µs'],
    'of which',
  ];
  return [
    conditions,
    table(head, lines),
    targetTable(
      'Haggle',
      measured.map((asked) =>
        least(`${titleOf(asked)}: requests/s ÷ constant route`, shareOf(asked), 0.6),
      ),
    ),
  ].join('\n\n');
}

const titleOf = ({ route, connections }: Asked): string =>
  `${routes[route]}, ${connections} connections`;

const inWords = ({ perSecond, cpuMicros: micros, ...cpu }: Measured): string =>
  `${round(perSecond)}/s, CPU ${round(micros)} µs (${partsOf(cpu)})`;
