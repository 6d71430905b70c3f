import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { AdminBrowser } from '../support/operators.js';
import { TestCluster } from '../support/test-cluster.js';
import { TraceCollector, type Span } from '../support/trace-collector.js';

let collector: TraceCollector;
let cluster: TestCluster;
let buyer: Person, seller: Person;
let conversation: { id: string };

beforeAll(async () => {
  collector = await TraceCollector.start();
  cluster = await TestCluster.start({
    workers: 1,
    env: {
      TRACES_URL: collector.url,
      // Only what asks for it.
      TRACES_SHARE: '0',
      PUSH_DELAY_OFFLINE_MS: '50',
      // Read by OpenTelemetry itself: when spans are sent.
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
  conversation = await buyer.asksAbout(await seller.lists());
}, 60_000);

afterAll(async () => {
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

test('one trace leads from the door through log, fan-out and relay to the push', async () => {
  const traceId = newTrace();
  expect((await sends(from(traceId))).status).toBe(201);
  const spans = await eventually('the trace is whole', () => {
    const found = collector.of(traceId);
    return found.some(({ name }) => name === 'push') && found.some(isDoor) && found;
  });
  const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name;
  const seen = spans.map(
    ({ process, name, parentSpanId }) => `${process}: ${name} < ${nameOf(parentSpanId)}`,
  );
  const door = 'POST /conversations/:id/messages';
  // A relay may read an entry twice.
  expect(new Set(seen)).toEqual(
    new Set([
      `haggle-gateway: ${door} < undefined`,
      `haggle-gateway: command sendMessage < ${door}`,
      'haggle-gateway: log < command sendMessage',
      'haggle-gateway: fan-out < command sendMessage',
      'haggle-worker: relay < log',
      'haggle-worker: push < relay',
    ]),
  );
  expect(spans.find(isDoor)?.parentSpanId).toBe('1'.repeat(16));
  const told = JSON.stringify(spans);
  for (const secret of [buyer.id, seller.id, conversation.id, '아직'])
    expect(told).not.toContain(secret);
});

const isDoor = ({ name }: Span) => name.startsWith('POST ');

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

test('a line that is logged in a request carries its id', async () => {
  const [gateway] = cluster.gateways;
  const nobody = { email: 'none', password: '' };
  const answer = await new AdminBrowser(gateway!.url).signsIn(nobody);
  const id = answer.headers.get('x-request-id');
  const line = await eventually('the line is there', () =>
    gateway!.log.split('\n').find((one) => one.includes('failed to sign in')),
  );
  expect(JSON.parse(line)).toMatchObject({ traceId: id });
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
  expect(row('A device that comes back has its changes within 5 s')?.at(-1)).toBe('nothing asked');
  expect(row('node-1')?.slice(0, 3)).toEqual(['node-1', 'gateway', '0']);
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
