import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, CDPSession } from 'playwright-core';
import { PushService } from '../../bench/push/push-service.js';
import { eventually } from '../support/eventually.js';
import { vapid } from '../support/push-providers.js';
import { PushSubscriber, readVapid } from '../support/push-subscriber.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

interface Payload {
  conversationId: string;
  seq: number;
  tag: string;
  title: string;
  body: string;
}

/**
 * Everything is real but the push service of the browser's maker, which a headless Chromium cannot subscribe at: the
 * subscription names a push service of ours, and what came in there is given to the service worker by the debugger.
 */
inBrowser('Web Push', () => {
  let folder: string;
  let service: PushService;
  let subscriber: PushSubscriber;
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Phone, seller: Phone;
  let cdp: CDPSession, registrationId: string;
  let pushed: Payload;
  const bicycle = '알림 자전거';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'haggle-web-push-'));
    const keys = join(folder, 'web-push.json');
    const { publicKey, privateKey } = vapid;
    await writeFile(keys, JSON.stringify({ publicKey, privateKey }));
    service = await PushService.start();
    subscriber = new PushSubscriber(`${service.url}/push/browser`);
    cluster = await TestCluster.start({
      gateways: 1,
      workers: 1,
      demo: true,
      env: { WEBPUSH_KEYS_FILE: keys, PUSH_DELAY_ONLINE_MS: '300' },
    });
    await cluster.seedDemo();
    browser = await startBrowser({ whole: true });
    const { url } = cluster.gateways[0]!;
    buyer = await Phone.open(browser, url);
    seller = await Phone.open(browser, url);
    await seller.page.addInitScript(subscription(subscriber));
    await Promise.all([buyer.signsInAs('buyer'), seller.signsInAs('seller')]);
    await seller.lists(bicycle, 180_000);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const control = (state: string) => seller.page.locator(`.push-switch[data-push="${state}"]`);
  const devices = () =>
    cluster.inspect((connection) =>
      connection.collection('devices').find({ provider: 'webpush' }).toArray(),
    );
  const shown = () =>
    seller.page.evaluate<{ title: string; body: string; tag: string }[]>(`
      navigator.serviceWorker.ready
        .then((one) => one.getNotifications())
        .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))
        // It stands in for a moment where a push leaves nothing to see.
        .then((all) => all.filter(({ tag }) => tag !== 'haggle-quiet'))`);
  const wipesAway = () =>
    seller.page.evaluate(`navigator.serviceWorker.ready
      .then((one) => one.getNotifications())
      .then((all) => all.forEach((one) => one.close()))`);
  const arrives = (payload: object) =>
    cdp.send('ServiceWorker.deliverPushMessage', {
      origin: cluster.gateways[0]!.url,
      registrationId,
      data: JSON.stringify(payload),
    });

  /** A browser that is short of time may drop a push; the same again shows nothing twice. */
  const arrivesAs = async (payload: object, what: string, holds: () => Promise<boolean>) => {
    for (let tries = 4; ; tries -= 1) {
      await arrives(payload);
      const held = await eventually(what, holds, 8_000).catch((error: unknown) => {
        if (tries === 1) throw error;
      });
      if (held) return;
    }
  };

  test('a browser that refuses says how to mend it', async () => {
    await seller.page.evaluate(`localStorage.denies = 'yes'`);
    await seller.goesTo('/me');
    await control('denied').waitFor();
    expect(await seller.overflow()).toEqual({ page: 0, parts: [] });
    await seller.page.evaluate('delete localStorage.denies');
  });

  test('nothing is asked before the tap; after it the server knows the browser', async () => {
    await seller.page.context().grantPermissions(['notifications']);
    await seller.goesTo('/me');
    await control('off').waitFor();
    expect(await devices()).toEqual([]);
    await seller.page.getByRole('button', { name: '알림 켜기' }).click();
    await control('on').waitFor();
    expect(await devices()).toMatchObject([
      { token: subscriber.endpoint, locale: 'ko', timeZone: 'Asia/Seoul' },
    ]);
    expect(await seller.page.evaluate('localStorage.askedWith')).toBe(vapid.publicKey);
  }, 60_000);

  test('what is written to somebody who is away reaches the push service, for this browser only', async () => {
    await seller.page.goto('about:blank');
    await buyer.opensListing(bicycle);
    await buyer.startsChat();
    await buyer.says('아직 있나요?');
    const request = await eventually('a push arrives', () => service.requestsTo('browser')[0]);
    expect(readVapid(request.headers.authorization!).key).toBe(vapid.publicKey);
    pushed = subscriber.read(request) as Payload;
    expect(pushed).toMatchObject({ title: '민지', body: '아직 있나요?', seq: 1 });
    expect(pushed.tag).toBe(pushed.conversationId);
  }, 60_000);

  test('it is shown once, however often it arrives', async () => {
    await seller.goesTo('/me');
    await control('on').waitFor();
    cdp = await seller.page.context().newCDPSession(seller.page);
    const registered = new Promise<string>((resolve) =>
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        if (registrations[0]) resolve(registrations[0].registrationId);
      }),
    );
    await cdp.send('ServiceWorker.enable');
    registrationId = await registered;
    const { title, body, tag } = pushed;
    await arrivesAs(pushed, 'it is shown', async () => (await shown()).length === 1);
    expect(await shown()).toEqual([{ title, body, tag }]);
    await wipesAway();
    await arrives(pushed);
    // A barrier: the next one takes the place of what would have been shown again.
    const next = { ...pushed, tag: 'another', conversationId: 'another', body: '다른 대화' };
    await arrivesAs(next, 'the next one is shown', async () => (await shown()).length > 0);
    expect((await shown()).map((one) => one.tag)).toEqual(['another']);
    await wipesAway();
  }, 60_000);

  test('the next one of a conversation takes its place, and a silent one takes it away', async () => {
    await arrives({ ...pushed, seq: 2, body: '두 번째' });
    const third = { ...pushed, seq: 3, body: '세 번째', sound: false };
    await arrivesAs(third, 'the last one', async () => (await shown())[0]?.body === '세 번째');
    expect(await shown()).toHaveLength(1);
    const read = { ...pushed, silent: true, title: '', body: '', badge: 0 };
    // A barrier: by the time that the other one is shown, what was read before has taken nothing away.
    await arrives({ ...read, seq: 2 });
    const other = { ...pushed, tag: 'another', conversationId: 'another', seq: 2 };
    await arrivesAs(other, 'the other one is shown', async () => (await shown()).length === 2);
    const last = { ...read, seq: 3 };
    await arrivesAs(last, 'it is taken away', async () => (await shown()).length === 1);
    expect((await shown())[0]?.tag).toBe('another');
    await wipesAway();
  }, 60_000);

  test('where a push leaves nothing to see, something is there until the browser has looked', async () => {
    const [worker] = seller.page.context().serviceWorkers();
    const all = () =>
      worker!.evaluate<string[]>(
        `registration.getNotifications().then((all) => all.map(({ tag }) => tag))`,
      );
    await worker!.evaluate(`{
      const show = registration.showNotification;
      self.shownSince = [];
      ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
        self.shownSince.push(options.tag);
        return show.call(this, title, options);
      };
    }`);
    const read = { ...pushed, seq: 3, silent: true, title: '', body: '', badge: 0 };
    // A page that is visible is enough.
    await arrives(read);
    await seller.page.goto('about:blank');
    await arrivesAs(read, 'something is shown', async () =>
      worker!.evaluate(`self.shownSince.includes('haggle-quiet')`),
    );
    await eventually('and taken away', async () => (await all()).length === 0);
    await seller.goesTo('/me');
    await control('on').waitFor();
  }, 60_000);

  test('a tap opens the conversation in the page that is there', async () => {
    // Of the same site and looked at last, but not the app.
    const guide = await seller.page.context().newPage();
    await guide.goto(`${cluster.gateways[0]!.url}/docs`);
    const tapped = { ...pushed, seq: 4, body: '눌러 보세요' };
    await arrivesAs(tapped, 'it is shown', async () => (await shown()).length === 1);
    const [worker] = seller.page.context().serviceWorkers();
    // A made-up tap cannot be waited for, nor focus a window; the rest is as with a finger.
    await worker!.evaluate(`registration.getNotifications().then(([notification]) =>
      void self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`);
    await seller.page.waitForURL(`**/chats/${pushed.conversationId}`);
    await seller.sees('아직 있나요?');
    expect(await shown()).toEqual([]);
    await guide.close();
  }, 60_000);

  test('nothing is shown of the conversation that is being looked at', async () => {
    await arrives({ ...pushed, seq: 5, body: '보고 있는 대화' });
    const other = { ...pushed, seq: 9, tag: 'other', conversationId: 'other', body: '다른 대화' };
    await arrivesAs(other, 'the other one is shown', async () => (await shown()).length > 0);
    expect((await shown()).map((one) => one.tag)).toEqual(['other']);
  }, 60_000);

  test('who signs out is told nothing more', async () => {
    await seller.goesTo('/me');
    await control('on').waitFor();
    await seller.page.getByRole('button', { name: '로그아웃' }).click();
    await eventually('the server has forgotten it', async () => (await devices()).length === 0);
    expect(await seller.page.evaluate('localStorage.subscribed')).toBeUndefined();
  }, 60_000);
});

/** Takes the place of the browser maker's push service, in the page; survives a reload like a real subscription. */
const subscription = ({ endpoint, keys }: PushSubscriber) => `
  const made = () => ({
    endpoint: ${JSON.stringify(endpoint)},
    toJSON: () => (${JSON.stringify({ endpoint, keys })}),
    unsubscribe: async () => { delete localStorage.subscribed; return true; },
  });
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    localStorage.askedWith = btoa(String.fromCharCode(...applicationServerKey))
      .replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=/g, '');
    localStorage.subscribed = 'yes';
    return made();
  };
  if (localStorage.denies) Object.defineProperty(Notification, 'permission', { value: 'denied' });
  PushManager.prototype.getSubscription = async () => localStorage.subscribed ? made() : null;
`;
