import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { Chaos } from '../support/chaos/chaos.js';
import { eventually, within } from '../support/eventually.js';
import { FactBook } from '../support/oracle/fact-book.js';
import { mustBeKept } from '../support/oracle/oracle.js';
import { Witness } from '../support/oracle/witness.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;
let conversation: view.Conversation;
let shop: Witness;
const book = new FactBook();

beforeAll(async () => {
  // The delay of the relay that ships: what is promised is promised with it.
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    chaos: true,
    env: { PUSH_DELAY_OFFLINE_MS: '2000', PUSH_DELAY_ONLINE_MS: '12000' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지', 1), cluster.person('준호', 1)]);
}, 60_000);

beforeEach(async () => {
  conversation = await buyer.asksAbout(await seller.lists());
  book.opened(conversation);
  const name = `shop in ${conversation.id}`;
  shop = await Witness.connects(name, seller, cluster.gateways[1]!, book);
});

afterEach(() => {
  buyer?.leaves();
  seller?.leaves();
});

afterAll(() => cluster?.stop(), 60_000);

/** A phone of the buyer on the node that is going to die. */
const onTheVictim = (name: string) =>
  Witness.connects(name, buyer, cluster.gateways[0]!, book).then((phone) => {
    // It goes on with another node, as a client behind a load balancer does.
    phone.device.socket.io.reconnection(false);
    return phone;
  });

test('kill -9 between write and acknowledgement: the retry gets the original, the peer has it once', async () => {
  const [victim, other] = cluster.gateways;
  const draft = {
    conversationId: conversation.id,
    clientMessageId: randomUUID(),
    text: '저장은 됐는데',
  };
  const phone = await onTheVictim('phone');
  const { reached } = await new Chaos(victim!).pauseAt('stored', draft.clientMessageId);
  const unanswered = phone.tries(draft, 30_000);
  await within('the entry is stored', reached);
  await victim!.kill();
  phone.device.close();
  expect(await unanswered).toBeNull();

  const second = await Witness.connects('phone again', buyer, other!, book);
  const retried = await second.sends(draft.conversationId, draft.text, draft.clientMessageId);
  expect(retried).toMatchObject({ duplicate: true, message: { seq: 1, text: draft.text } });
  await eventually('the peer has it', () => shop.lastSeq(conversation.id) === 1);
  await victim!.start();
  mustBeKept(await book.close(cluster));
}, 60_000);

test('kill -9 between acknowledgement and fan-out: the peer has it within 5 s, with no further traffic', async () => {
  const [victim] = cluster.gateways;
  const phone = await onTheVictim('phone');
  const { reached } = await new Chaos(victim!).pauseAt('acknowledged', '답은 받았는데');
  const { message } = await phone.sends(conversation.id, '답은 받았는데');
  await within('the fan-out is held', reached);
  await victim!.kill();
  phone.device.close();
  expect(message.seq).toBe(1);
  expect(shop.lastSeq(conversation.id)).toBe(0);

  await eventually('the peer has it', () => shop.lastSeq(conversation.id) === 1, 5_000);
  expect(shop.texts(conversation.id)).toEqual(['답은 받았는데']);
  await victim!.start();
  mustBeKept(await book.close(cluster));
}, 60_000);

test('a fan-out that is lost, and no word after it: the connected peer is hinted and has the message within 5 s', async () => {
  const [node] = cluster.gateways;
  const phone = await Witness.connects('phone to be hinted', buyer, node!, book);
  await phone.sends(conversation.id, '이건 들리고');
  await eventually('the peer has the first', () => shop.lastSeq(conversation.id) === 1);

  await new Chaos(node!).losesFanOuts(1);
  const { message } = await phone.sends(conversation.id, '이건 안 들려요');
  expect(message.seq).toBe(2);
  await eventually('the peer has the second', () => shop.lastSeq(conversation.id) === 2, 5_000);
  expect(shop.texts(conversation.id)).toEqual(['이건 들리고', '이건 안 들려요']);
  expect(shop.hints).toBe(1);
  expect(shop.device.all('message:new').map((one) => one.message.seq)).toEqual([1]);
  mustBeKept(await book.close(cluster));
});
