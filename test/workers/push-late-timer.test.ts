import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createFcmProvider } from '../../workers/push/fcm-provider.js';
import { createWebPushProvider } from '../../workers/push/webpush-provider.js';
import { aDevice, aNotification, serviceAccount, vapid } from '../support/push-providers.js';
import { PushSubscriber } from '../support/push-subscriber.js';

/** Answers whatever it is asked after a moment, in a thread of its own: it goes on while this one stands still. */
const service = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const body = JSON.stringify({ name: 'messages/1', access_token: 'access', expires_in: 3600 });
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      parentPort.postMessage('asked');
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(body), 100);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
const deadlineMs = 2_000;

let thread: Worker;
let url: string;

beforeAll(async () => {
  thread = new Worker(service, { eval: true });
  const [port] = (await once(thread, 'message')) as [number];
  url = `http://127.0.0.1:${port}`;
});

afterAll(() => thread?.terminate());

/** Nothing of this thread runs meanwhile, as when its process is stopped. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test.each(['fcm', 'webpush'] as const)(
  '%s: an answer that came while the worker stood still wins over the deadline that passed meanwhile',
  async (name) => {
    const subscriber = new PushSubscriber(`${url}/push/x`);
    const { provider, device } =
      name === 'fcm'
        ? {
            provider: createFcmProvider({
              account: serviceAccount({ url }),
              url: new URL(url),
              deadlineMs,
            }),
            device: aDevice(),
          }
        : {
            provider: createWebPushProvider({ vapid, privateEndpoints: true, deadlineMs }),
            device: aDevice({ provider: name, token: subscriber.endpoint, keys: subscriber.keys }),
          };
    // So that there is an access token.
    expect(await provider.send(device, aNotification())).toMatchObject({ kind: 'taken' });
    const asked = once(thread, 'message');
    const sent = provider.send(device, aNotification());
    await asked;
    standStill(deadlineMs + 300);
    expect(await sent).toMatchObject({ kind: 'taken' });
    await provider.close?.();
  },
);
