import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { createHaggleClient, type HaggleClient } from '../../client/index.js';
import { traced } from '../../client/traces.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { TraceCollector, type Span } from '../support/trace-collector.js';

let collector: TraceCollector;
let cluster: TestCluster;
let buyer: Person, seller: Person;
let conversation: { id: string };
let client: HaggleClient | undefined;

beforeAll(async () => {
  collector = await TraceCollector.start();
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    envOf: (name): Record<string, string> =>
      name === 'node-2' ? { TRACES_OF_CALLERS: 'off' } : {},
    env: {
      TRACES_URL: collector.url,
      // Only what asks for it.
      TRACES_SHARE: '0',
      PUSH_DELAY_OFFLINE_MS: '50',
      PUSH_DELAY_ONLINE_MS: '400',
      // Read by OpenTelemetry itself: when spans are sent.
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  conversation = await buyer.asksAbout(await seller.lists());
}, 60_000);

afterAll(async () => {
  client?.close();
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
  await collector?.stop();
}, 60_000);

const newTrace = () => randomBytes(16).toString('hex');
const from = (traceId: string, flags = '01') => `00-${traceId}-${'1'.repeat(16)}-${flags}`;

const sends = (traceparent: string) =>
  buyer.call(
    'POST',
    `/v1/conversations/${conversation.id}/messages`,
    { clientMessageId: randomUUID(), text: '아직 있나요?' },
    { traceparent },
  );

test('one trace leads from the app through socket, log, fan-out and Redis to the other device, and to the push', async () => {
  const traceId = newTrace();
  let span: string | undefined;
  const app = createHaggleClient({
    url: cluster.gateways[0]!.url,
    getToken: () => Promise.resolve(buyer.accessToken),
    ...traced(() => span),
  });
  client = app;
  // A device that reads nothing and says nothing: the relay hints, and then has a push sent.
  const device = await seller.connects(cluster.gateways[1]);
  app.connect();
  await eventually('it is up to date', () => app.state.snapshot().phase === 'live');
  span = from(traceId);
  const { seq } = await app.room(conversation.id).send({ text: '아직 있나요?' }).done;
  span = undefined;
  await device.hears('message:new', ({ message }) => message.seq === seq);
  const spans = await eventually('the trace is whole', () => {
    const found = collector.of(traceId);
    const done = ['message:send', 'deliver message:new', 'deliver sync:hint', 'push'];
    return done.every((name) => found.some((one) => told(one) === name)) && found;
  });
  app.close();
  const byId = new Map(spans.map((one) => [one.spanId, one]));
  const seen = spans.map((one) => {
    const parent = byId.get(one.parentSpanId!);
    return `${one.node}: ${told(one)} < ${parent ? told(parent) : one.parentSpanId}`;
  });
  // A relay may read an entry twice.
  expect(new Set(seen)).toEqual(
    new Set([
      `node-1: message:send < ${'1'.repeat(16)}`,
      'node-1: command message:send < message:send',
      'node-1: log < command message:send',
      'node-1: fan-out < command message:send',
      'node-2: deliver message:new < fan-out',
      'node-2: deliver sync:hint < log',
      'worker-1: relay < log',
      'worker-1: push < relay',
    ]),
  );
  expect(new Set(spans.map(({ process }) => process))).toEqual(
    new Set(['haggle-gateway', 'haggle-worker']),
  );
  const secrets = [buyer.id, seller.id, conversation.id, '아직'];
  for (const secret of secrets) expect(JSON.stringify(spans)).not.toContain(secret);
}, 30_000);

/** Its name, with the event that is delivered. */
function told({ name, attributes }: Span): string {
  const event = attributes.find(({ key }) => key === 'haggle.event')?.value['stringValue'];
  return typeof event === 'string' ? `${name} ${event}` : name;
}

const isDoor = ({ name }: Span) => name.startsWith('POST ');

test('the client names its span to REST too, and a gateway may be told to ignore what callers name', async () => {
  const [taken, ignored] = [newTrace(), newTrace()];
  const asks = (gateway: number, traceId: string) =>
    createHaggleClient({
      url: cluster.gateways[gateway]!.url,
      getToken: () => Promise.resolve(buyer.accessToken),
      ...traced(() => from(traceId)),
    }).call({
      method: 'POST',
      path: `/conversations/${conversation.id}/messages`,
      body: { clientMessageId: randomUUID(), text: '네고 되나요?' },
    });
  await asks(1, ignored);
  const device = await buyer.connects(cluster.gateways[1]);
  await device.socket.emitWithAck('sync:pull', {}, { traceparent: from(ignored) });
  await asks(0, taken);
  // What the node shows last: whatever it had to show before has come.
  await eventually('the other node shows what it delivers', () =>
    collector.of(taken).find(({ node, name }) => node === 'node-2' && name === 'deliver'),
  );
  // The node that was asked shows its own at another time.
  const root = await eventually('the node that was asked shows the request', () =>
    collector.of(taken).find(isRoot),
  );
  expect(root.name).toBe('POST /conversations/:id/messages');
  expect(collector.of(ignored)).toEqual([]);
});

const isRoot = ({ parentSpanId }: Span) => parentSpanId === '1'.repeat(16);

test('what a client sends behind the payload is never refused', async () => {
  const device = await buyer.connects(cluster.gateways[0]);
  for (const beside of [{ traceparent: 7 }, { traceparent: 'no trace', more: [] }, null, 'x', []])
    expect(await device.socket.emitWithAck('sync:pull', {}, beside)).toMatchObject({ ok: true });
});

test('a refusal is no fault, and what was not asked for leaves no span', async () => {
  const [refused, unsampled] = [newTrace(), newTrace()];
  await sends(from(unsampled, '00'));
  await sends('no traceparent');
  const path = `/v1/conversations/${randomUUID()}/messages`;
  const body = { clientMessageId: randomUUID(), text: '…' };
  await buyer.call('POST', path, body, { traceparent: from(refused) });
  const door = await eventually('the refused one is shown', () =>
    collector.of(refused).find(isDoor),
  );
  expect(door.status?.code ?? 0).toBe(0);
  expect(door.attributes).toContainEqual({
    key: 'http.response.status_code',
    value: { intValue: 404 },
  });
  expect(collector.of(unsampled)).toEqual([]);
  // Nothing at all came without a flag that asked for it.
  expect(new Set(collector.spans.map(({ parentSpanId }) => Boolean(parentSpanId)))).toEqual(
    new Set([true]),
  );
});

test('operators see how the promises stand, over all processes', async () => {
  const page = await fetch(`${cluster.gateways[0]!.url}/admin/status`);
  expect(page.status).toBe(200);
  const cells = (await page.text())
    .split('<tr>')
    .map((row) => [...row.matchAll(/<td>([^]*?)<\/td>/g)].map(([, cell = '']) => cell.trim()));
  const row = (first: string) => cells.find(([cell]) => cell === first);
  expect(row('A REST request is not answered 5xx')).toEqual([
    'A REST request is not answered 5xx',
    '0.10 %',
    '0.00 %',
    expect.stringMatching(/^[1-9]/),
    'kept',
  ]);
  expect(row('A device that comes back has its changes within 5 s')?.at(-1)).toBe('kept');
  expect(row('node-1')?.slice(0, 3)).toEqual(['node-1', 'gateway', '1']);
  expect(row('worker-1')?.slice(0, 2)).toEqual(['worker-1', 'worker']);
});

test('the slowest of a bucket names its trace', async () => {
  const traceId = newTrace();
  await sends(from(traceId));
  const text = await (await fetch(`${cluster.gateways[0]!.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.includes(`# {trace_id="${traceId}"`));
  expect(lines.map((line) => line.split('{')[0])).toEqual(['haggle_http_request_seconds_bucket']);
  expect(text.trimEnd().endsWith('# EOF')).toBe(true);
});
