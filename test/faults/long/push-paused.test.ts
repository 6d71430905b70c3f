import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PushService, type PushAnswer } from '../../../bench/push/push-service.js';
import type { view } from '../../../src/contract/index.js';
import { eventually } from '../../support/eventually.js';
import type { Person } from '../../support/person.js';
import { serviceAccount } from '../../support/push-providers.js';
import { TestCluster } from '../../support/test-cluster.js';

let service: PushService;
let folder: string;
let cluster: TestCluster;
let buyer: Person, seller: Person;

beforeAll(async () => {
  service = await PushService.start();
  folder = await mkdtemp(join(tmpdir(), 'haggle-push-'));
  const credentials = join(folder, 'account.json');
  await writeFile(credentials, JSON.stringify(serviceAccount(service)));
  cluster = await TestCluster.start({
    workers: 2,
    env: { FCM_CREDENTIALS_FILE: credentials, FCM_URL: service.url },
  });
  [buyer, seller] = await Promise.all([cluster.person('민지'), cluster.person('준호')]);
}, 60_000);

afterEach(() => {
  for (const worker of cluster?.workers ?? []) worker.resume();
});

afterAll(async () => {
  await cluster?.stop();
  await service?.stop();
  if (folder) await rm(folder, { recursive: true });
}, 60_000);

const accepted: PushAnswer = { status: 200, body: JSON.stringify({ name: 'messages/1' }) };

const toldTo = (token: string): { id: string; seq: string }[] =>
  service
    .requestsTo(token)
    .map(
      ({ body }) =>
        (JSON.parse(body.toString()) as { message: { data: { id: string; seq: string } } }).message
          .data,
    );

const settles = ({ conversationId, seq }: view.Message) =>
  eventually('the notification is sent', async () =>
    (await cluster.sent(conversationId)).some((one) => one.seq === seq),
  );

test('a worker that stands still while its job runs elsewhere shows nothing more when it goes on', async () => {
  const [first, second] = cluster.workers;
  await second!.end('SIGTERM');
  const token = randomUUID();
  service.script(token, { ...accepted, afterMs: 300 }, accepted);
  await seller.gets('PUT', `/v1/me/devices/${token}`, { provider: 'fcm', token });
  const conversation = await buyer.asksAbout(await seller.lists());
  const { message } = await buyer.sends(conversation, '아직 있나요?');
  await eventually('the provider is asked', () => toldTo(token).length > 0);
  first!.pause();
  await second!.start();
  await settles(message);
  first!.resume();
  const { message: next } = await buyer.sends(conversation, '안녕하세요?');
  await settles(next);
  const ids = toldTo(token).filter(({ seq }) => seq === '1');
  expect(ids).toHaveLength(2);
  expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
}, 60_000);
