import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountLimits, type view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await TestCluster.shared({ worker: true });
}, 60_000);
afterAll(() => cluster?.stop(), 60_000);

type Lists = Record<string, { id: string; text?: string; email?: string }[]>;

const exportOf = (person: Person) => person.call<view.AccountExport>('GET', '/v1/me/export');
const ready = (person: Person) =>
  eventually(
    'the export is ready',
    async () => {
      const { status, body } = await exportOf(person);
      return status === 200 && body.state === 'ready' && body;
    },
    20_000,
  );
const stored = (userId: string) =>
  cluster.inspect(async (connection) => ({
    exports: await connection
      .collection<{ _id: string }>('exports')
      .countDocuments({ _id: userId }),
    parts: await connection.collection('exportParts').countDocuments({ userId }),
  }));

const fetchesFile = (person: Person, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  fetch(`${person.gateway.url}/v1/me/export/file`, {
    headers: { authorization: `Bearer ${person.accessToken}`, ...headers },
    ...(signal ? { signal } : {}),
  });

test('holds what is stored of a person, for them alone, until it expires', async () => {
  const [minji, junho] = await Promise.all([cluster.person('민지'), cluster.person('준호', 1)]);
  const [own, theirs] = [await minji.lists({ state: 'draft' }), await junho.lists()];
  const conversation = await minji.asksAbout(theirs);
  await minji.sends(conversation, '아직 있나요?');
  await junho.sends(conversation, '네');
  const { offer } = await minji.offers(conversation, 80_000);
  await minji.gets('PUT', `/v1/listings/${theirs.id}/favourite`);
  await minji.gets('POST', '/v1/me/keyword-alerts', { keyword: '로드자전거' });
  expect((await exportOf(minji)).status).toBe(404);
  expect((await minji.call('GET', '/v1/me/export/file')).status).toBe(404);

  const asked = await minji.call<view.AccountExport>('POST', '/v1/me/export');
  expect([asked.status, asked.body.state]).toEqual([201, 'preparing']);
  const shown = await ready(minji);
  expect(Date.parse(shown.expiresAt!) - Date.parse(shown.readyAt!)).toBeGreaterThan(
    (accountLimits.exportDays - 1) * 86_400_000,
  );
  const file = await minji.call<Lists>('GET', '/v1/me/export/file');
  expect(file.headers.get('cache-control')).toContain('no-store');
  expect(Number(file.headers.get('content-length'))).toBe(shown.bytes);
  const ids = (name: string) => file.body[name]!.map(({ id }) => id);
  expect(file.body['account']).toMatchObject([{ id: minji.id, email: minji.user.email }]);
  expect([ids('listings'), ids('favourites')]).toEqual([[own.id], [theirs.id]]);
  expect([ids('conversations'), ids('offersMade')]).toEqual([[conversation.id], [offer.id]]);
  const said = file.body['messages']!.map(({ text }) => text).filter(Boolean);
  expect(said).toEqual(['아직 있나요?', '네']);
  expect(file.body['keywordAlerts']).toMatchObject([{ keyword: '로드자전거' }]);
  expect([file.body['deals'], file.body['blocks']]).toEqual([[], []]);
  expect(file.body['secondFactor']).toEqual([]);
  expect(file.body['sessions']).toHaveLength(1);
  expect(JSON.stringify(file.body)).not.toContain(junho.user.email);

  expect((await junho.call('GET', '/v1/me/export/file')).status).toBe(404);
  await cluster.inspect((connection) =>
    connection
      .collection<{ _id: string }>('exports')
      .updateOne({ _id: minji.id }, { $set: { expiresAt: new Date(Date.now() - 1_000) } }),
  );
  expect((await exportOf(minji)).status).toBe(404);
  expect((await minji.call('GET', '/v1/me/export/file')).status).toBe(404);
}, 40_000);

test('holds what a person wrote of others, told the moderators, and what these laid upon them', async () => {
  const [minji, junho] = await Promise.all([cluster.person('민지'), cluster.person('준호', 1)]);
  await minji.gets('POST', '/v1/reports', {
    ...{ targetType: 'user', targetId: junho.id, reason: 'harassment', note: '욕을 했어요' },
  });
  const [reviewId, dealId, sanctionId] = [randomUUID(), randomUUID(), randomUUID()];
  const [now, later] = [new Date(), new Date(Date.now() + 86_400_000)];
  await cluster.inspect(async (connection) => {
    const put = (name: string, document: { _id: string }) =>
      connection.collection<{ _id: string }>(name).insertOne(document);
    const review = { dealId, conversationId: randomUUID(), listingTitle: '책', role: 'buyer' };
    await put('reviews', {
      _id: reviewId,
      ...review,
      ...{ authorId: minji.id, subjectId: junho.id, rating: 'great', tags: [], text: '친절해요' },
      ...{ clientMessageId: null, createdAt: now, shownAt: later, dueAt: later },
    });
    const decided = { by: 'operator-of-the-tests', note: 'for operators only' };
    await put('contests', {
      _id: dealId,
      ...{ userId: minji.id, text: '거기 있었어요', at: now, state: 'upheld', decidedAt: now },
      ...decided,
    });
    await put('sanctions', {
      _id: sanctionId,
      ...{ userId: minji.id, kind: 'warning', reason: 'spam', at: now, until: null },
      ...{ liftedAt: null, ...decided },
    });
  });
  expect((await minji.call('POST', '/v1/me/export')).status).toBe(201);
  await ready(minji);
  const { body } = await minji.call<Lists>('GET', '/v1/me/export/file');
  expect(body['reports']).toMatchObject([{ targetId: junho.id, note: '욕을 했어요' }]);
  expect(body['reviewsWritten']).toMatchObject([{ id: reviewId, text: '친절해요', shown: false }]);
  expect(body['contests']).toMatchObject([{ dealId, text: '거기 있었어요', state: 'upheld' }]);
  expect(body['sanctions']).toMatchObject([{ id: sanctionId, kind: 'warning', reason: 'spam' }]);
  expect(JSON.stringify(body)).not.toMatch(/operator-of-the-tests|for operators only/);
}, 40_000);

test('is whole however large, and a range reads the parts that it needs', async () => {
  const minji = await cluster.person('민지');
  const [count, text] = [1_500, '친절'.repeat(400)];
  await cluster.inspect(async (connection) => {
    const now = new Date();
    const later = new Date(now.getTime() + 86_400_000);
    const reviews = Array.from({ length: count }, (_, at) => ({
      ...{ _id: randomUUID(), dealId: randomUUID(), conversationId: randomUUID(), role: 'buyer' },
      ...{ authorId: minji.id, subjectId: randomUUID(), listingTitle: `책 ${at}` },
      ...{ rating: 'great', tags: [], text, clientMessageId: null },
      ...{ createdAt: now, shownAt: later, dueAt: later },
    }));
    await connection.collection<{ _id: string }>('reviews').insertMany(reviews);
  });
  await minji.gets('POST', '/v1/me/export');
  const { bytes } = await ready(minji);
  const whole = Buffer.from(await (await fetchesFile(minji)).arrayBuffer());
  expect(whole.length).toBe(bytes);
  const { reviewsWritten } = JSON.parse(whole.toString()) as { reviewsWritten: object[] };
  expect(reviewsWritten).toHaveLength(count);

  const ends = { range: `bytes=-${100_000}` };
  const last = await fetchesFile(minji, ends);
  expect(last.headers.get('content-range')).toBe(
    `bytes ${bytes! - 100_000}-${bytes! - 1}/${bytes}`,
  );
  expect(whole.subarray(-100_000).equals(Buffer.from(await last.arrayBuffer()))).toBe(true);
  // Whatever lies before is not even looked at.
  await cluster.inspect(async (connection) => {
    const { build } = (await connection
      .collection<{ _id: string; build: string }>('exports')
      .findOne({ _id: minji.id }))!;
    await connection
      .collection<{ _id: string }>('exportParts')
      .deleteMany({ _id: { $in: [0, 1, 2].map((at) => `${build}:${at}`) } });
  });
  const again = await fetchesFile(minji, ends);
  expect([again.status, (await again.arrayBuffer()).byteLength]).toEqual([206, 100_000]);
  expect((await fetchesFile(minji)).status).toBe(404);
  expect((await fetchesFile(minji, { range: 'bytes=999999999-' })).status).toBe(416);
}, 60_000);

test('is fetched once at a time, and callers who take nothing keep no others out', async () => {
  const [last, ...slow] = await Promise.all(
    Array.from({ length: 12 }, () => cluster.person('민지', 0)),
  );
  // Each is as large as that of somebody who talked for years: more than a connection holds by itself.
  const [build, parts, partBytes] = [randomUUID(), 8, 3 * 1024 * 1024];
  const expiresAt = new Date(Date.now() + 3_600_000);
  const file = { build, partBytes, bytes: parts * partBytes, expiresAt };
  await cluster.inspect(async (connection) => {
    const filler = Buffer.alloc(partBytes, ' ');
    await connection.collection<{ _id: string }>('exportParts').insertMany(
      Array.from({ length: parts }, (_, at) => ({
        ...{ _id: `${build}:${at}`, userId: last!.id, build, bytes: filler, expiresAt },
      })),
    );
    await connection.collection<{ _id: string }>('exports').insertMany(
      [last!, ...slow].map(({ id }) => ({
        ...{ _id: id, requestedAt: new Date(), readyAt: new Date(), ...file },
      })),
    );
  });
  const leave = new AbortController();
  const taken = await Promise.all(slow.map((one) => fetchesFile(one, {}, leave.signal)));
  expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([200]));
  const whole = await fetchesFile(last!);
  expect((await whole.arrayBuffer()).byteLength).toBe(file.bytes);

  const second = await fetchesFile(slow[0]!);
  const { code } = (await second.json()) as view.Problem;
  expect([second.status, code]).toEqual([429, 'RATE_LIMITED']);
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
  leave.abort();
  await eventually('the place is free again', async () => {
    const answer = await fetchesFile(slow[0]!, { range: 'bytes=0-9' });
    return answer.status === 206 && (await answer.text()).length === 10;
  });
}, 60_000);

test('one at a time, and gone with the account', async () => {
  const minji = await cluster.person('민지');
  const ask = () => minji.call<view.AccountExport & view.Problem>('POST', '/v1/me/export');
  const both = await Promise.all([ask(), ask()]);
  expect(both.map(({ body }) => body.state)).toEqual(['preparing', 'preparing']);
  await ready(minji);
  expect(await stored(minji.id)).toEqual({ exports: 1, parts: 1 });
  await minji.call('DELETE', '/v1/me', { password: 'correct horse battery' });
  await eventually('it is gone', async () => {
    const { exports, parts } = await stored(minji.id);
    return exports + parts === 0;
  });
}, 60_000);
