import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page, Route } from 'playwright-core';
import sharp from 'sharp';
import { eventually } from '../support/eventually.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { ChangingBuild } from './changing-build.js';
import { Phone } from './phone.js';

/** What the app is on a phone that has it on its first screen: there without a network, and kept up to date. */
inBrowser('The installed app', () => {
  const password = 'correct horse battery';
  let cluster: TestCluster;
  let browser: Browser;
  let phone: Phone;

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared(), startBrowser()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  /** What is kept of lists on this device, as text, by name. */
  const keptLists = (page: Page): Promise<[string, string][]> =>
    page.evaluate(`new Promise((resolve, reject) => {
      const opening = indexedDB.open('haggle-lists', 1);
      opening.onerror = () => reject(opening.error);
      opening.onupgradeneeded = () => opening.result.createObjectStore('lists');
      opening.onsuccess = () => {
        const lists = opening.result.transaction('lists').objectStore('lists');
        const [names, values] = [lists.getAllKeys(), lists.getAll()];
        values.onsuccess = () => {
          opening.result.close();
          resolve(names.result.map((name, i) => [name, JSON.stringify(values.result[i])]));
        };
      };
    })`);
  const isKept = (page: Page, text: string) =>
    eventually(`"${text}" is kept`, async () =>
      (await keptLists(page)).some(([, value]) => value.includes(text)),
    );

  test('shows the feed, the chats and the rooms of the last time without a network, and what waits', async () => {
    const [seller, buyer] = await Promise.all([cluster.person('준호'), cluster.person('민지')]);
    const listing = await seller.lists({ title: '초록색 텐트' });
    phone = await Phone.open(browser, cluster.gateways[0]!.url);
    const { page } = phone;
    await phone.signsIn({ email: buyer.user.email, password });
    await phone.isLive();
    await phone.opensListing(listing.title);
    await phone.startsChat();
    await phone.says('텐트 아직 있나요?');
    await phone.seesReceipt('sent');
    await isKept(page, '텐트 아직 있나요?');
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

    await page.context().setOffline(true);
    await page.locator('.banner', { hasText: '오프라인' }).waitFor();
    await phone.goesTo('/');
    await page.getByRole('link', { name: listing.title }).waitFor();
    await page.locator('.banner').waitFor();
    await phone.taps('채팅');
    await page.locator('.chat-row', { hasText: '텐트 아직 있나요?' }).click();
    await phone.sees('텐트 아직 있나요?');
    await phone.says('토요일에 갈 수 있어요.');
    await phone.goesTo('/chats');
    await page.locator('.chat-line', { hasText: '보내는 중: 토요일에 갈 수 있어요.' }).waitFor();

    await page.context().setOffline(false);
    await page.locator('.chat-line', { hasText: '나: 토요일에 갈 수 있어요.' }).waitFor();
    const log = await buyer.log(await buyer.asksAbout(listing));
    expect(log.map(({ text }) => text)).toEqual(['텐트 아직 있나요?', '토요일에 갈 수 있어요.']);
  }, 90_000);

  test('keeps nothing of who signs out', async () => {
    const { page } = phone;
    expect((await keptLists(page)).map(([name]) => name.split('/')[1])).toEqual(['feed', 'rooms']);
    await phone.taps('나');
    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.getByLabel('이메일').waitFor();
    await eventually('nothing is kept', async () => (await keptLists(page)).length === 0);
    await phone.close();
  }, 60_000);

  test('keeps a page of the feed that comes late for nobody else', async () => {
    const [seller, first, next] = await Promise.all([
      cluster.person('준호'),
      cluster.person('민지'),
      cluster.person('서연'),
    ]);
    const room = await next.asksAbout(await seller.lists());
    await next.sends(room, '아직 있나요?');
    phone = await Phone.open(browser, cluster.gateways[0]!.url);
    const { page } = phone;
    await phone.signsIn({ email: first.user.email, password });
    await phone.isLive();
    const held = new Promise<Route>((resolve) => {
      void page.route('**/v1/listings?*', resolve, { times: 1 });
    });
    await phone.taps('홈');
    // The page that who was there asked for comes only once somebody else is.
    const late = await held;
    const answer = await late.fetch();
    await phone.handsOverTo({ email: next.user.email, password });
    await phone.taps('홈');
    await page.locator('.card').first().waitFor();
    await eventually('the feed is kept', async () =>
      (await keptLists(page)).some(([name]) => name === `${next.user.id}/feed`),
    );
    const kept = await keptLists(page);

    const { items } = (await answer.json()) as { items: { title: string }[] };
    const body = { items: items.map((one) => ({ ...one, title: '먼젓번 사람의 것' })) };
    await late.fulfill({ response: answer, json: { ...body, nextCursor: null } });
    // What is kept after it shows that it would be there by now.
    await seller.sends(room, '토요일에 오세요.');
    await isKept(page, '토요일에 오세요.');
    const feeds = (lists: [string, string][]) => lists.filter(([name]) => name.endsWith('/feed'));
    expect(feeds(await keptLists(page))).toEqual(feeds(kept));
    await phone.close();
  }, 90_000);

  test('a new build waits until one reloads for it, and nothing that was typed is lost', async () => {
    const build = await ChangingBuild.before(cluster.gateways[0]!.url);
    try {
      const [seller, buyer] = await Promise.all([cluster.person('준호'), cluster.person('민지')]);
      const { id } = await buyer.asksAbout(await seller.lists());
      phone = await Phone.open(browser, build.url);
      const { page } = phone;
      await phone.signsIn({ email: buyer.user.email, password });
      await phone.isLive();
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      await phone.goesTo(`/chats/${id}`);
      await phone.box.fill('아직 쓰는 중');
      const bar = page.locator('.update-bar', { hasText: '새 버전이 있어요.' });
      expect(await bar.count()).toBe(0);

      build.comesAnew();
      await page.evaluate(() =>
        navigator.serviceWorker.ready.then((one) => one.update()).then(() => undefined),
      );
      await bar.waitFor();
      const waits = page.evaluate(() =>
        navigator.serviceWorker.ready.then(({ waiting }) => waiting !== null),
      );
      expect(await waits).toBe(true);
      expect(await phone.boxText()).toBe('아직 쓰는 중');
      await bar.getByRole('button', { name: '새로고침' }).click();
      await page.locator('head script[src^="/assets/anew-"]').waitFor({ state: 'attached' });
      await phone.box.waitFor();
      expect(await phone.boxText()).toBe('아직 쓰는 중');
      // The worker of the new build has begun: the page comes from it without a network.
      await eventually('the new build is in charge', () =>
        page.evaluate(() =>
          navigator.serviceWorker.ready.then((one) => !one.waiting && !one.installing),
        ),
      );
      expect(await bar.count()).toBe(0);
      await phone.close();
    } finally {
      await build.stop();
    }
  }, 90_000);

  test('photos that another app shares are in the sell form, and nowhere after it', async () => {
    const person = await cluster.person('민지');
    phone = await Phone.open(browser, cluster.gateways[0]!.url);
    const { page } = phone;
    await phone.signsIn({ email: person.user.email, password });
    await phone.isLive();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    const target = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]')!;
      const manifest = (await (await fetch(link.href)).json()) as { share_target: ShareTarget };
      return manifest.share_target;
    });
    expect(target).toMatchObject({ method: 'POST', enctype: 'multipart/form-data' });
    // As the system sends them.
    await page.evaluate(({ action, params }) => {
      const form = document.createElement('form');
      Object.assign(form, { action, method: 'post', enctype: 'multipart/form-data' });
      form.innerHTML = `<input id="shared" type="file" multiple name="${params.files[0]!.name}">`;
      document.body.append(form);
    }, target);
    const photo = async (name: string, background: string) => ({
      name,
      mimeType: 'image/png',
      buffer: await sharp({ create: { width: 600, height: 400, channels: 3, background } })
        .png()
        .toBuffer(),
    });
    const photos = await Promise.all([photo('빨강.png', '#c22'), photo('파랑.png', '#22c')]);
    await page.locator('#shared').setInputFiles(photos);
    await page.evaluate(() => document.querySelector<HTMLInputElement>('#shared')!.form!.submit());
    await page.waitForURL('**/sell');
    await page.locator('.photo-tile').nth(1).waitFor();
    await page.locator('.is-uploading').first().waitFor({ state: 'detached' });
    expect(await page.evaluate(() => caches.has('haggle-shared'))).toBe(false);
    await phone.close();
  }, 60_000);
});

interface ShareTarget {
  action: string;
  method: string;
  enctype: string;
  params: { files: { name: string }[] };
}
