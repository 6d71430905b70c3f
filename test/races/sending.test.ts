import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { FactBook } from '../support/oracle/fact-book.js';
import { mustBeKept } from '../support/oracle/oracle.js';
import { Witness } from '../support/oracle/witness.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  cluster = await TestCluster.shared();
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

test('twenty sockets of the two people send at once on two nodes: one order without holes, each its own order', async () => {
  const perSocket = 5;
  const book = new FactBook();
  const conversation = await buyer.asksAbout(await seller.lists());
  book.opened(conversation);
  const sockets = await Promise.all(
    [buyer, seller].flatMap((person) =>
      Array.from({ length: 10 }, (_, index) =>
        Witness.connects(
          `${person.user.nickname} ${index}`,
          person,
          cluster.gateways[index % 2]!,
          book,
        ),
      ),
    ),
  );
  // Before the first word the seller does not know of the conversation.
  await sockets[0]!.sends(conversation.id, '안녕하세요');
  // Not one after the other: whatever a socket has sent is under way at the same time.
  await Promise.all(
    sockets.flatMap((socket, who) =>
      Array.from({ length: perSocket }, (_, index) =>
        socket.sends(conversation.id, `${who}: ${index}`),
      ),
    ),
  );
  const total = 1 + sockets.length * perSocket;
  await eventually('everybody has everything', () =>
    sockets.every((socket) => socket.lastSeq(conversation.id) === total),
  );
  const facts = await book.close(cluster);
  expect(facts.log).toHaveLength(total);
  expect(facts.acknowledged).toHaveLength(total);
  mustBeKept(facts);
});

test('one message through four doors at once is one entry, and every door answers with it', async () => {
  const conversation = await buyer.asksAbout(await seller.lists());
  const [one, two] = await Promise.all(cluster.gateways.map((gateway) => buyer.connects(gateway)));
  for (let round = 0; round < 5; round += 1) {
    const draft = { clientMessageId: randomUUID(), text: `한 번만 ${round}` };
    const bySocket = { ...draft, conversationId: conversation.id };
    const byRest = (url: string) =>
      callRest<{ message: view.Message; duplicate: boolean }>(
        url,
        'POST',
        `/v1/conversations/${conversation.id}/messages`,
        { body: draft, headers: { authorization: `Bearer ${buyer.accessToken}` } },
      );
    const [first, second, third, fourth] = await Promise.all([
      one!.do('message:send', bySocket),
      two!.do('message:send', bySocket),
      byRest(cluster.gateways[0]!.url),
      byRest(cluster.gateways[1]!.url),
    ]);
    const answers = [first, second, third.body, fourth.body];
    expect(answers.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    for (const { message } of answers) expect(message).toEqual(answers[0]!.message);
    for (const { status, body } of [third, fourth]) expect(status).toBe(body.duplicate ? 200 : 201);
  }
  expect(await buyer.log(conversation)).toHaveLength(5);
});
