import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { bodyExamples } from '../../src/contract/documents/examples.js';
import { endpoints, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { callRest, type HttpAnswer, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

/** What a caller is shown when something fails inside: a code and the id of the request, and nothing of the inside. */
let cluster: TestCluster;
let database: FaultProxy;
let person: Person;

beforeAll(async () => {
  const url = process.env['TEST_MONGODB_URI']!;
  database = await FaultProxy.to(url);
  const uri = new URL(database.through(url));
  uri.pathname = `/test_failures_${randomUUID().slice(0, 8)}`;
  // Else the driver would go to the member's own address, past the proxy.
  uri.search = 'directConnection=true';
  cluster = await TestCluster.start({
    env: { MONGODB_URI: uri.href },
  });
  person = await cluster.person('민지');
}, 60_000);

afterAll(async () => {
  database?.set('pass');
  await cluster?.stop();
  await database?.close();
}, 60_000);

const inside =
  /\bat \w+.*\(|node_modules|\.[jt]s:\d|file:\/\/|mongo|TypeError|BSON|Cast to|undefined/i;

/** Problem details without a word about the inside; `traceId` leads an operator to it. */
function showsOnlyACode({ body, headers }: HttpAnswer<view.Problem>): void {
  expect(Object.keys(body).sort()).toEqual(
    ['code', 'detail', 'instance', 'status', 'title', 'traceId', 'type'].sort(),
  );
  expect(body.traceId).toBe(headers.get('x-request-id'));
  expect(JSON.stringify(body)).not.toMatch(inside);
}

test('an error that nobody foresaw is told by a code, over both doors, and stands in the log under the id', async () => {
  const device = await person.connects();
  const conversation = await person.asksAbout(await (await cluster.person('준호')).lists());
  const { offer } = await person.offers(conversation, 80_000);
  // Documents that no version of this program has written.
  await cluster.inspect(async (connection) => {
    await connection
      .collection<{ _id: string }>('users')
      .updateOne({ _id: person.id }, { $set: { createdAt: 'yesterday' } });
    await connection
      .collection<{ _id: string }>('offers')
      .updateOne({ _id: offer.id }, { $set: { steps: 7 } });
  });
  const answer = await person.call('GET', '/v1/me');
  expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL']);
  showsOnlyACode(answer);
  const line = await eventually('it is logged', () =>
    cluster.gateways[0]!.log.split('\n')
      .slice(0, -1)
      .find((one) => one.includes(answer.body.traceId)),
  );
  expect(JSON.parse(line)).toMatchObject({ level: 50, err: { stack: expect.any(String) } });
  const told = await device.ask('offer:respond', {
    offerId: offer.id,
    action: 'withdraw',
    version: 1,
    clientMessageId: randomUUID(),
  });
  expect(told).toEqual({
    ok: false,
    error: { code: 'INTERNAL', message: 'Something went wrong', retryable: true },
  });
  // The first event of that socket.
  const said = await eventually('it is logged too', () =>
    cluster.gateways[0]!.log.split('\n')
      .slice(0, -1)
      .find((one) => one.includes(`"traceId":"${device.socket.id}-1"`)),
  );
  expect(JSON.parse(said)).toMatchObject({ level: 50, event: 'offer:respond' });
  device.close();
});

test('no endpoint shows more when the database is away', async () => {
  database.set('refuse');
  const statuses = await Promise.all(
    Object.entries(endpoints).map(async ([name, endpoint]) => {
      const path = endpoint.path
        .replace(':seq', '1')
        .replace(':variant', 'thumb')
        .replace(/:\w+/g, randomUUID());
      const query = {
        traceDelivery: '?messageId=x',
        searchMessages: '?q=x',
        suggestSearches: '?q=x',
      };
      const answer = await callRest<view.Problem>(
        cluster.gateways[0]!.url,
        endpoint.method.toUpperCase(),
        `/v1${path}${query[name as keyof typeof query] ?? ''}`,
        {
          body: endpoint.upload ? undefined : bodyExamples[name],
          headers: { authorization: `Bearer ${person.accessToken}` },
        },
      );
      if (answer.status >= 500) showsOnlyACode(answer);
      else if (answer.status >= 400) expect(JSON.stringify(answer.body)).not.toMatch(inside);
      return [name, answer.status] as const;
    }),
  );
  expect(statuses.filter(([, status]) => status === 500)).toEqual([]);
  // Most of them could not answer without it.
  expect(statuses.filter(([, status]) => status === 503).length).toBeGreaterThan(
    statuses.length / 2,
  );
}, 60_000);
