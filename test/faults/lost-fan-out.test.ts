import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Chaos } from '../support/chaos/chaos.js';
import { eventually } from '../support/eventually.js';
import { FactBook } from '../support/oracle/fact-book.js';
import { mustBeKept } from '../support/oracle/oracle.js';
import { Witness } from '../support/oracle/witness.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  // The delay of the relay that ships: what is promised is promised with it.
  cluster = await TestCluster.start({
    gateways: 2,
    workers: 1,
    chaos: true,
    env: { PUSH_DELAY_OFFLINE_MS: '2000', PUSH_DELAY_ONLINE_MS: '12000' },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지', 0), cluster.person('준호', 1)]);
}, 60_000);

afterAll(async () => {
  buyer?.leaves();
  seller?.leaves();
  await cluster?.stop();
}, 60_000);

test('a fan-out that is lost, and no word after it: the connected peer is hinted and has the message within 5 s', async () => {
  const [node, other] = cluster.gateways;
  const book = new FactBook();
  const conversation = await buyer.asksAbout(await seller.lists());
  book.opened(conversation);
  const phone = await Witness.connects('phone', buyer, node!, book);
  const shop = await Witness.connects('shop', seller, other!, book);
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
