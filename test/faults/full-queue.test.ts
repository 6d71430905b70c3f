import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Ack, view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { HttpAnswer, Person } from '../support/person.js';
import { Chaos } from '../support/chaos/chaos.js';
import { TestCluster } from '../support/test-cluster.js';

/**
 * More is sent than a gateway may keep waiting. One keeps three messages, so that a few senders are enough. At the other
 * nobody may wait for a millisecond, which each write takes.
 */
let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.start({
    chaos: true,
    gateways: 2,
    env: { LIMIT_MESSAGES_PER_SECOND: '1000', LIMIT_MESSAGE_BURST: '2000' },
    envOf: (name): Record<string, string> =>
      name === 'node-1' ? { LOG_QUEUE_ENTRIES: '3' } : { LOG_QUEUE_MS: '1' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  await cluster?.stop();
}, 60_000);

test('who finds the queue full is told when to come again, and then the same message is stored once', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const { id: conversationId } = conversation;
  const phone = await buyer.connects();
  const path = `/v1/conversations/${conversationId}/messages`;
  const drafts = Array.from({ length: 40 }, (_, index) => ({
    text: `${index}`,
    clientMessageId: randomUUID(),
  }));
  // A socket sends one after another in one conversation; calls come all at once.
  const storing = new Chaos(cluster.gateways[0]!);
  await storing.pauseAt('storing');
  const calls = drafts.map((draft) => buyer.call<view.Problem>('POST', path, draft));
  expect((await Promise.race(calls)).status).toBe(503);
  await storing.resumes();
  const answers = await Promise.all(calls);
  const full = answers.filter(({ status }) => status === 503);
  for (const { body, headers } of full) {
    expect(body.code).toBe('UNAVAILABLE');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect(answers.filter(({ status }) => status !== 503 && status !== 201)).toEqual([]);

  for (const [index, draft] of drafts.entries()) {
    const again = await phone.do('message:send', { conversationId, ...draft });
    expect(again.duplicate).toBe(answers[index]!.status === 201);
  }
  const log = await seller.log(conversation);
  expect(log.map(({ seq }) => seq)).toEqual(drafts.map((_, index) => index + 1));
  expect(log.map(({ text }) => text).sort()).toEqual(drafts.map(({ text }) => text).sort());
});

test('who would wait too long is told so before anything is done, and then the same message is stored once', async () => {
  const hasty = cluster.gateways[1]!;
  const listing = await seller.lists();
  const [first, second] = await Promise.all(
    ['수빈', '하윤'].map((name) => cluster.person(name, 1)),
  );
  const [own, theirs] = [await first!.asksAbout(listing), await second!.asksAbout(listing)];
  const path = `/v1/conversations/${theirs.id}/messages`;
  const phone = await first!.connects();
  const said = (text: string) => ({ clientMessageId: randomUUID(), text });
  const ofOwn = (draft: ReturnType<typeof said>) => ({ conversationId: own.id, ...draft });
  // From it the gateway knows what a write takes.
  await phone.do('message:send', ofOwn(said('one')));

  const storing = new Chaos(hasty);
  const { reached } = await storing.pauseAt('storing');
  const underWay = phone.do('message:send', ofOwn(said('two')));
  await reached;
  // Some may wait for the write that is held, since the next takes them all. Soon somebody would wait for too long.
  const sends: { draft: { text: string }; answer: Promise<Ack<unknown>> }[] = [];
  let refused: Ack<unknown> | undefined;
  await eventually('a send is put off', () => {
    const draft = ofOwn(said(`three ${sends.length}`));
    const answer = phone.ask('message:send', draft, 50_000);
    sends.push({ draft, answer });
    void answer.then((one) => (refused ??= one));
    return refused;
  });
  expect(refused).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE', retryable: true } });
  expect((refused as { error: { retryAfterMs: number } }).error.retryAfterMs).toBeGreaterThan(0);
  // So it is in another conversation.
  const calls: { draft: object; answer: Promise<HttpAnswer<view.Problem>> }[] = [];
  let late: HttpAnswer<view.Problem> | undefined;
  await eventually('a call is put off', () => {
    const draft = said(`${calls.length}`);
    const answer = second!.call<view.Problem>('POST', path, draft);
    calls.push({ draft, answer });
    void answer.then((one) => (late ??= one));
    return late;
  });
  expect([late!.status, late!.body.code]).toEqual([503, 'UNAVAILABLE']);
  expect(Number(late!.headers.get('retry-after'))).toBeGreaterThan(0);
  await storing.resumes();
  await underWay;

  const [taken, putOff]: [string[], string[]] = [[], []];
  for (const { draft, answer } of sends) {
    const { ok } = await answer;
    (ok ? taken : putOff).push(draft.text);
    expect((await phone.do('message:send', draft)).duplicate).toBe(ok);
  }
  for (const { draft, answer } of calls) {
    const was = (await answer).status;
    expect([201, 503]).toContain(was);
    expect((await second!.call('POST', path, draft)).status).toBe(was === 201 ? 200 : 201);
  }
  const texts = (await seller.log(own)).map(({ text }) => text);
  expect(texts).toEqual(['one', 'two', ...taken, ...putOff]);
  expect(await seller.log(theirs)).toHaveLength(calls.length);
  first!.leaves();
});
