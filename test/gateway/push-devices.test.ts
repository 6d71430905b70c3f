import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createECDH, randomBytes, randomUUID } from 'node:crypto';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';

let cluster: TestCluster;
const people: Person[] = [];

beforeAll(async () => {
  // As it is when nothing is set.
  cluster = await TestCluster.start({ env: { PRIVATE_ENDPOINTS: '' } });
}, 60_000);

afterAll(async () => {
  for (const person of people) person.leaves();
  await cluster?.stop();
}, 60_000);

async function newcomer(nickname: string): Promise<Person> {
  const person = await cluster.person(nickname);
  people.push(person);
  return person;
}

const registers = (person: Person, deviceId: string, token: string = randomUUID()) =>
  person.gets<view.Device>('PUT', `/v1/me/devices/${deviceId}`, { provider: 'fcm', token });

interface Stored {
  deviceId: string;
  token: string;
  lastSeenAt: Date;
}

const devicesOf = ({ id: userId }: Person) =>
  cluster.inspect((connection) =>
    connection.collection<Stored>('devices').find({ userId }).sort({ deviceId: 1 }).toArray(),
  );

const idsOf = async (person: Person) => (await devicesOf(person)).map(({ deviceId }) => deviceId);

/** The devices of this person were last seen so many days earlier. */
const daysPass = ({ id: userId }: Person, days: number) =>
  cluster.inspect((connection) =>
    connection
      .collection('devices')
      .updateMany({ userId }, [
        { $set: { lastSeenAt: { $subtract: ['$lastSeenAt', days * 86_400_000] } } },
      ]),
  );

test('a token registered under another person leaves the first', async () => {
  const [first, second] = [await newcomer('민지'), await newcomer('준호')];
  const token = randomUUID();
  await registers(first, 'family-phone', token);
  await registers(second, 'family-phone', token);
  expect(await devicesOf(first)).toEqual([]);
  expect(await idsOf(second)).toEqual(['family-phone']);
});

test('a new token of a device takes the place of the old one, and the oldest of eleven devices gives way', async () => {
  const person = await newcomer('민지');
  await registers(person, 'phone-0');
  await daysPass(person, 1);
  for (let nth = 1; nth <= 10; nth += 1) await registers(person, `phone-${nth}`);
  const token = randomUUID();
  await registers(person, 'phone-1', token);
  const devices = await devicesOf(person);
  expect(devices).toHaveLength(10);
  expect(devices.map(({ deviceId }) => deviceId)).not.toContain('phone-0');
  expect(devices.find(({ deviceId }) => deviceId === 'phone-1')?.token).toBe(token);
});

test('logging out takes the devices of that sign-in along, logging out everywhere takes all', async () => {
  const phone = await newcomer('민지');
  const { body } = await callRest<view.SignedIn>(phone.gateway.url, 'POST', '/v1/auth/login', {
    body: { email: phone.user.email, password: 'correct horse battery' },
  });
  const laptop = Object.create(phone, { accessToken: { value: body.accessToken } }) as Person;
  await registers(phone, 'phone');
  await registers(laptop, 'laptop');
  await laptop.gets('POST', '/v1/auth/logout');
  expect(await idsOf(phone)).toEqual(['phone']);
  await phone.gets('POST', '/v1/auth/logout-all');
  expect(await idsOf(phone)).toEqual([]);
});

test('registering again and connecting both show that a device is in use', async () => {
  const person = await newcomer('민지');
  const token = randomUUID();
  await registers(person, 'phone', token);
  await daysPass(person, 20);
  const { lastSeenAt } = await registers(person, 'phone', token);
  expect((await devicesOf(person))[0]!.lastSeenAt.toISOString()).toBe(lastSeenAt);

  await daysPass(person, 20);
  await person.connects();
  await eventually('it counts as seen', async () =>
    (await devicesOf(person)).every((one) => one.lastSeenAt.getTime() > Date.parse(lastSeenAt) - 1),
  );
});

const subscription = () => {
  const keyPair = createECDH('prime256v1');
  keyPair.generateKeys();
  return {
    endpoint: `https://push.example/send/${randomUUID()}`,
    expirationTime: null,
    keys: {
      p256dh: keyPair.getPublicKey().toString('base64url'),
      auth: randomBytes(16).toString('base64url'),
    },
  };
};

test('a browser registers with its subscription as it is', async () => {
  const person = await newcomer('민지');
  const given = subscription();
  const device = await person.gets<view.Device>('PUT', '/v1/me/devices/browser', {
    provider: 'webpush',
    subscription: given,
    locale: 'en',
    timeZone: 'aSIA/sEOUL',
  });
  expect(device).toMatchObject({ provider: 'webpush', locale: 'en', timeZone: 'Asia/Seoul' });
  expect(await devicesOf(person)).toMatchObject([{ token: given.endpoint, keys: given.keys }]);
});

const { endpoint, keys } = subscription();

test.each([
  ['no subscription', {}],
  ['a token in its place', { token: 'x' }],
  ['an endpoint in clear text', { subscription: { endpoint: 'http://push.example/x', keys } }],
  ['an endpoint that is no address', { subscription: { endpoint: 'push', keys } }],
  ...[
    'http://127.0.0.1:8080/x',
    'http://localhost/x',
    'https://127.0.0.1/x',
    'https://localhost/x',
    'https://10.0.0.5/x',
    'https://192.168.1.1:8443/x',
    'https://169.254.169.254/x',
    'https://[::1]/x',
    'https://[fe80::1]/x',
    'https://[::ffff:10.0.0.5]/x',
    'https://[64:ff9b::a00:5]/x',
    'https://0x7f000001/x',
    'https://push/x',
    'https://push.example.com./x',
    'https://push.local/x',
    'https://me@push.example.com/x',
    'https://push.example.com:22/x',
    'https://permanently-removed.invalid/x',
  ].map((address): [string, object] => [
    `the endpoint ${address}`,
    { subscription: { endpoint: address, keys } },
  ]),
  ['no keys', { subscription: { endpoint } }],
  ['a short key', { subscription: { endpoint, keys: { ...keys, p256dh: keys.auth } } }],
  [
    'a secret of other signs',
    { subscription: { endpoint, keys: { ...keys, auth: '!'.repeat(22) } } },
  ],
])('a browser with %s is refused', async (_, given) => {
  const person = (people[0] ??= await newcomer('민지'));
  const answer = await person.call('PUT', '/v1/me/devices/browser', {
    provider: 'webpush',
    ...given,
  });
  expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_FAILED' } });
});
