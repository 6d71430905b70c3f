import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import {
  clientEvents,
  endpoints,
  type ClientEventName,
  type Endpoint,
  type view,
} from '../../src/contract/index.js';
import { oddFor, validFor } from '../support/arbitraries.js';
import { callRest, type DeviceSocket, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/**
 * Both doors with what nobody would think of, made from the contract's own schemas: whatever comes, the answer is one
 * of the contract (which `callRest` and `ask` check) and no failure, and what is refused has changed nothing.
 * `FUZZ_SEED=… FUZZ_RUNS=…` repeats what failed, or looks for longer.
 */
const { FUZZ_SEED, FUZZ_RUNS } = process.env;
const seed = Number(FUZZ_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(FUZZ_RUNS ?? 5);

let cluster: TestCluster;
let people: Person[];
let device: DeviceSocket;
const known: { ids: string[] } = { ids: [] };

beforeAll(async () => {
  cluster = await TestCluster.start({
    env: {
      LIMIT_MESSAGES_PER_SECOND: '1000',
      LIMIT_MESSAGE_BURST: '2000',
      LIMIT_POINTS_PER_SECOND: '100000',
      LIMIT_POINTS_BURST: '100000',
    },
  });
  people = await Promise.all(['하나', '둘', '셋', '넷'].map((name) => cluster.person(name)));
  const [seller, buyer] = people as [Person, Person];
  const listing = await seller.lists();
  const conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, '안녕하세요');
  const { offer } = await buyer.offers(conversation, 70_000);
  // Things that are there: most would be refused for an id otherwise.
  known.ids = [listing.id, conversation.id, offer.id, seller.id, buyer.id];
  device = await buyer.connects();
}, 60_000);

afterAll(async () => {
  for (const person of people ?? []) person.leaves();
  await cluster?.stop();
}, 60_000);

let turn = 0;
/** Taken in turns, since each may ask only so often in a minute. */
const somebody = (): Person => people[(turn += 1) % people.length]!;
const anId = (of: string) => known.ids[of.length % known.ids.length]!;

const unexpected = () =>
  cluster.gateways[0]!.log.split('\n').filter((line) => /unexpected error|unhandled/i.test(line));

/** How much of everything is stored. */
const stock = () =>
  cluster.inspect(async (connection) => {
    const all = await connection.db!.listCollections({}, { nameOnly: true }).toArray();
    // Who asked when is noted of a session, whatever was asked; the trail notes what was tried.
    const names = all.map(({ name }) => name).filter((name) => name !== 'audit');
    const counts = names.map(async (name) => [
      name,
      await connection.collection(name).countDocuments(),
    ]);
    return Object.fromEntries(await Promise.all(counts)) as Record<string, number>;
  });

const bodied = Object.entries(endpoints as Record<string, Endpoint>).filter(
  ([, { body, upload }]) => body !== null && !upload,
);
const queried = Object.entries(endpoints as Record<string, Endpoint>).filter(
  ([, { method, download }]) => method === 'get' && !download,
);

async function asks({ method, path }: Endpoint, body: unknown, query = ''): Promise<number> {
  const exact = path.replace(':seq', '1').replace(/:\w+/g, (name) => anId(name + path));
  const person = somebody();
  const answer = await callRest<view.Problem>(
    person.gateway.url,
    method.toUpperCase(),
    `/v1${exact}${query}`,
    {
      headers: {
        // The admin area is open on this machine to who shows no token.
        ...(path.startsWith('/admin') ? {} : { authorization: `Bearer ${person.accessToken}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  );
  if (answer.status >= 500) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.status;
}

/** Passwords are hashed, which costs more than everything else here. */
const runsOf = (name: string) =>
  /signUp|logIn|assword|deleteAccount|changeEmail/.test(name) ? 2 : numRuns;

describe('over REST', () => {
  test.each(bodied)('%s takes any body, or refuses it', async (name, endpoint) => {
    const schema = endpoint.body!;
    await fc.assert(
      fc.asyncProperty(fc.oneof(validFor(schema), oddFor(schema)), async (body) => {
        await asks(endpoint, body);
      }),
      { seed, numRuns: runsOf(name) },
    );
    expect(unexpected()).toEqual([]);
  });

  test.each(queried)('%s takes any query, or refuses it', async (_name, endpoint) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(validFor(endpoint.query), oddFor(endpoint.query)),
        async (query) => {
          const fields = Object.entries(query ?? {}).map(([key, value]) => [
            key,
            typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
          ]);
          const text = new URLSearchParams(fields).toString();
          await asks(endpoint, undefined, text && `?${text}`);
        },
      ),
      { seed, numRuns },
    );
    expect(unexpected()).toEqual([]);
  });

  test('a body with a field too many is refused by all of them, and changes nothing', async () => {
    const before = await stock();
    const taken: string[] = [];
    for (const [name, endpoint] of bodied) {
      const [valid] = fc.sample(validFor(endpoint.body!), { seed, numRuns: 1 });
      const status = await asks(endpoint, { ...(valid as object), [`odd${randomUUID()}`]: 1 });
      if (status < 400) taken.push(`${name}: ${status}`);
    }
    expect(taken).toEqual([]);
    expect(await stock()).toEqual(before);
  });
});

describe('over the socket', () => {
  const events = Object.entries(clientEvents) as [ClientEventName, { payload: z.ZodType }][];

  test.each(events)('%s takes any payload, or refuses it', async (event, { payload: schema }) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(validFor(schema), oddFor(schema)), async (payload) => {
        const answer = await device.ask(event, payload);
        const code = answer.ok ? 'OK' : answer.error.code;
        if (code === 'INTERNAL' || code === 'UNAVAILABLE') throw new Error(code);
      }),
      { seed, numRuns: numRuns * 2 },
    );
    expect(unexpected()).toEqual([]);
    expect(device.socket.connected).toBe(true);
  });

  test('a payload with a field too many is refused by all of them, and changes nothing', async () => {
    const before = await stock();
    const taken: string[] = [];
    for (const [event, { payload: schema }] of events) {
      const [valid] = fc.sample(validFor(schema), { seed, numRuns: 1 });
      const answer = await device.ask(event, { ...(valid as object), odd: 1 });
      if (answer.ok) taken.push(event);
    }
    expect(taken).toEqual([]);
    expect(await stock()).toEqual(before);
    expect(cluster.gateways[0]!.unexpectedEnds).toEqual([]);
  });
});
