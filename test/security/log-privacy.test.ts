import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { AdminBrowser, giveRole } from '../support/operators.js';
import { callRest, Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;

/** A mail server that takes nobody's mail, and says whose. */
const mailServer = createServer((socket) => {
  socket.on('error', () => undefined).write('220 here\r\n');
  createInterface(socket).on('line', (line) => {
    const to = /^RCPT TO:(.*)/.exec(line)?.[1];
    socket.write(to ? `550 5.1.1 ${to}: no such mailbox\r\n` : '250 yes\r\n');
  });
});

beforeAll(async () => {
  await once(mailServer.listen(0, '127.0.0.1'), 'listening');
  const { port } = mailServer.address() as AddressInfo;
  cluster = await TestCluster.start({
    workers: 1,
    env: {
      LOG_LEVEL: 'debug',
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      PUSH_DELAY_OFFLINE_MS: '0',
    },
  });
}, 60_000);

afterAll(async () => {
  await cluster?.stop();
  mailServer.close();
}, 60_000);

test('what happens is logged without tokens, passwords, addresses, places and words', async () => {
  const gateway = cluster.gateways[0]!;
  const place = { latitude: 37.48213, longitude: 127.03457 };
  const account = { email: 'somebody-private@elsewhere.example', password: 'open sesame once' };
  const pushToken = `push-token-${randomUUID()}`;
  const said = 'a word between the two of us';
  const [buyer, seller] = await Promise.all([
    Person.signUp(gateway, 'Unmistakable', account),
    Person.signUp(gateway, 'Somebody else'),
  ]);
  const raw = (method: string, path: string, body: unknown, headers = {}) =>
    callRest<view.Problem>(gateway.url, method, path, { body, headers });

  // What goes well …
  const listing = await seller.lists({ title: 'Nearly private bike', location: place });
  await buyer.gets('PUT', '/v1/me/neighbourhood', { ...place, accuracy: 10, name: 'Somewhere' });
  await seller.gets('PUT', '/v1/me/devices/phone', { provider: 'log', token: pushToken });
  await seller.gets('PUT', '/v1/me/devices/tablet', { provider: 'fcm', token: `${pushToken}-2` });
  const device = await buyer.connects();
  const conversation = await buyer.asksAbout(listing);
  await buyer.sends(conversation, said);
  await buyer.offers(conversation, 80_000);
  await buyer.call('GET', `/v1/messages/search?q=${encodeURIComponent('between')}`);
  await raw('POST', '/v1/auth/refresh', { refreshToken: buyer.refreshToken });
  await raw('POST', '/v1/auth/password-reset', { email: account.email });

  // … and what does not: wrong passwords, bodies that are none, tokens that are none, packets that are none.
  await raw('POST', '/v1/auth/login', { ...account, password: 'open sesame twice' });
  await raw('POST', '/v1/auth/login', `{"email":"${account.email}","password":"open sesame`);
  await raw('POST', '/v1/auth/sign-up', { ...account, nickname: 'Unmistakable' });
  await raw('GET', `/v1/me?token=${buyer.accessToken}`, undefined, {
    authorization: `Bearer ${buyer.accessToken}x`,
  });
  await giveRole(cluster, seller, 'admin');
  const signIn = { email: account.email, password: 'open sesame thrice', code: '314159' };
  await new AdminBrowser(gateway.url).signsIn(signIn);
  const begun = await seller.gets<view.SecondFactorSecret>('POST', '/v1/me/second-factor', {
    password: 'correct horse battery',
  });
  await seller.call('PUT', '/v1/me/second-factor', { code: '271828' });
  await buyer.call('POST', '/v1/listings', { title: said, location: place, price: 'much' });
  await device.ask('message:send', { conversationId: conversation.id, text: { said } });
  const stranger = buyer.opensSocket(gateway, { token: `${buyer.accessToken}x` });
  const refused = new Promise((resolve) => stranger.socket.once('connect_error', resolve));
  stranger.socket.connect();
  await refused;
  // An error that nobody foresaw is logged with its stack, over both doors.
  await cluster.inspect((connection) =>
    connection
      .collection<{ _id: string }>('users')
      .updateOne({ _id: buyer.id }, { $set: { createdAt: 'yesterday' } }),
  );
  expect((await buyer.call('GET', '/v1/me')).status).toBe(500);
  const logs = () => [...cluster.gateways, ...cluster.workers].map(({ log }) => log).join('\n');
  await eventually('the error is logged', () => logs().includes('unexpected error'));
  await eventually('a push is sent', async () => (await cluster.sent(conversation.id)).length > 0);
  await eventually('a mail is not sent', () => logs().includes('a mail was not sent'));
  await eventually('a wrong password is logged', () => logs().includes('failed to sign in'));

  for (const secret of [
    ...[buyer, seller].flatMap((one) => [one.accessToken, one.refreshToken, one.user.email]),
    ...['open sesame', 'Unmistakable', 'Nearly private', said, pushToken, 'Somewhere'],
    ...Object.values(place).map(String),
    // Nor the form in which a header or a mail carries them.
    ...[begun.secret, '314159', '271828', 'otpauth:'],
    ...['?verify=', '?reset='],
  ])
    expect([secret, logs().includes(secret)]).toEqual([secret, false]);
  buyer.leaves();
}, 60_000);
