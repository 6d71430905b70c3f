import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';

/** What comes over the wire before the first screen is there, and what one sees meanwhile. */

/** What people of the tests sign up with. */
const password = 'correct horse battery';
/** Bytes of script: people open a shared thing on a train. */
const scriptMost = 80_000;

inBrowser('The first visit', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared(), startBrowser()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  const visits = async (locale: string, path = '/') => {
    context = await browser.newContext({ locale });
    const page = await context.newPage();
    return { page, url: cluster.gateways[0]!.url + path };
  };

  test('brings at most 80 kB of script', async () => {
    const { page, url } = await visits('ko-KR');
    await page.goto(url);
    await page.locator('.cards[aria-busy=false]').waitFor();
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => entry as PerformanceResourceTiming)
        .filter(({ name }) => name.endsWith('.js'))
        .map(({ encodedBodySize }) => encodedBodySize),
    );
    const bytes = scripts.reduce((sum, one) => sum + one, 0);
    process.stdout.write(`script of the first visit: ${bytes} bytes in ${scripts.length} files\n`);
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(scriptMost);
    await context.close();
  }, 60_000);

  test('shows the frame before any script has come', async () => {
    const { page, url } = await visits('ko-KR');
    await page.route('**/*.js', (route) => route.abort());
    await page.goto(url);
    await page.locator('.skeleton').first().waitFor();
    expect(await page.locator('.skeleton').count()).toBe(6);
    // What the script draws instead stands where the frame had it.
    const place = await page.locator('.skeleton').first().boundingBox();
    await page.unroute('**/*.js');
    await page.route('**/v1/**', () => undefined);
    await page.reload();
    await page.locator('.cards[aria-busy=true]').waitFor();
    expect(await page.locator('.skeleton').first().boundingBox()).toEqual(place);
    await context.close();
  }, 60_000);

  test('shows nothing of the feed in the frame of other screens', async () => {
    const { page, url } = await visits('ko-KR', '/chats');
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.goto(url);
    expect(await page.locator('.nav').isVisible()).toBe(true);
    expect(await page.locator('.feed').isVisible()).toBe(false);
    await page.goto(new URL('/', url).href);
    expect(await page.locator('.feed').isVisible()).toBe(true);
    await context.close();
  }, 60_000);

  test.each([
    ['en-GB', '/', 'en'],
    ['ko-KR', '/', 'ko'],
    ['fr-FR', '/', 'en'],
    ['ko-KR', '/?lang=en', 'en'],
  ])(
    'speaks to a browser in %s that opens %s in %s',
    async (locale, path, language) => {
      const { page, url } = await visits(locale, path);
      await page.goto(url);
      const words = { en: 'Sign in', ko: '로그인' }[language]!;
      await page.getByRole('link', { name: words }).waitFor();
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      await context.close();
    },
    60_000,
  );

  test('the language that is chosen in one tab is that of the others', async () => {
    const { page, url } = await visits('ko-KR');
    await page.goto(url);
    const second = await context.newPage();
    await second.goto(url);
    await page.getByRole('button', { name: 'English' }).click();
    for (const tab of [page, second]) await tab.getByRole('link', { name: 'Sign in' }).waitFor();
    await context.close();
  }, 60_000);

  test('the theme that is chosen is that of all tabs, and there before the app is', async () => {
    const { user } = await cluster.person('서연');
    const { page, url } = await visits('ko-KR', '/me');
    const paper = (tab: Page) =>
      tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const frame = (tab: Page) =>
      tab.evaluate(() =>
        [...document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')]
          .filter(({ media }) => matchMedia(media).matches)
          .map(({ content }) => content),
      );
    const light = { paper: 'rgb(251, 248, 244)', frame: ['#fbf8f4'] };
    const dark = { paper: 'rgb(25, 22, 20)', frame: ['#191614'] };
    const seen = async (tab: Page) => ({ paper: await paper(tab), frame: await frame(tab) });
    await page.goto(url);
    await page.getByLabel('이메일').fill(user.email);
    await page.getByLabel('비밀번호').fill(password);
    await page.getByRole('button', { name: '로그인' }).last().click();
    await page.getByLabel('시스템').waitFor();
    const second = await context.newPage();
    await second.goto(url);
    expect(await seen(page)).toEqual(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seen(page)).toEqual(dark);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByLabel('어둡게').check();
    expect(await seen(page)).toEqual(dark);
    await second.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    expect(await seen(second)).toEqual(dark);
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.reload();
    expect(await seen(page)).toEqual(dark);
    await page.unroute('**/assets/*.js');
    await page.reload();
    await page.getByLabel('시스템').check();
    expect(await seen(page)).toEqual(light);
    await context.close();
  }, 60_000);

  test('a shared listing is open to a guest, who signs up at “Chat” and is in the room then', async () => {
    const seller = await cluster.person('준호');
    const { id } = await seller.lists({ title: '하늘색 픽시 자전거' });
    const { page, url } = await visits('ko-KR', `/listings/${id}`);
    await page.goto(url);
    await page.getByRole('heading', { name: '하늘색 픽시 자전거', level: 2 }).waitFor();
    await page.getByRole('button', { name: '채팅하기' }).click();
    const sheet = page.getByRole('dialog', { name: '로그인하고 이어 가기' });
    await sheet.getByRole('button', { name: '닫기' }).click();
    await sheet.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '채팅하기' }).click();
    await sheet.getByRole('button', { name: '회원가입' }).first().click();
    await sheet.getByLabel('닉네임').fill('민지');
    await sheet.getByLabel('이메일').fill(`${id}@test.example`);
    await sheet.getByLabel('비밀번호').fill(password);
    await sheet.getByRole('button', { name: '회원가입' }).last().click();
    await page.waitForURL(/\/chats\//);
    await page.getByRole('textbox').waitFor();
    await sheet.waitFor({ state: 'detached' });
    await context.close();
  }, 60_000);

  test('a guest who likes something signs in and likes it then; other screens ask first and go on', async () => {
    const [seller, other] = await Promise.all([cluster.person('준호'), cluster.person('서연')]);
    const { id } = await seller.lists();
    const { page, url } = await visits('ko-KR', `/listings/${id}`);
    await page.goto(url);
    await page.getByRole('button', { name: '관심' }).click();
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('이메일').fill(other.user.email);
    await sheet.getByLabel('비밀번호').fill(password);
    await sheet.getByRole('button', { name: '로그인' }).last().click();
    await page.getByRole('button', { name: '관심 (1)', pressed: true }).waitFor();
    await context.close();

    const again = await visits('ko-KR', '/me/favourites');
    await again.page.goto(again.url);
    await again.page.getByLabel('이메일').fill(other.user.email);
    await again.page.getByLabel('비밀번호').fill(password);
    await again.page.getByRole('button', { name: '로그인' }).last().click();
    await again.page.locator(`a[href="/listings/${id}"]`).waitFor();
    await context.close();
  }, 60_000);

  test('the app opens without a network, and what is installed has its icons', async () => {
    const { page, url } = await visits('ko-KR');
    await page.goto(url);
    await page.locator('.cards[aria-busy=false]').waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    // Only what is opened after the worker is ready is answered by it.
    await context.setOffline(true);
    for (const path of ['/', '/me', '/search?q=a']) {
      await page.goto(new URL(path, url).href);
      await page.getByRole('link', { name: '로그인' }).waitFor();
    }
    await context.setOffline(false);
    const { user } = await cluster.person('하준');
    await page.goto(new URL('/me', url).href);
    await page.getByLabel('이메일').fill(user.email);
    await page.getByLabel('비밀번호').fill(password);
    await page.getByRole('button', { name: '로그인' }).last().click();
    await page.getByText('하준').first().waitFor();
    await context.setOffline(true);
    await page.reload();
    await page.getByRole('link', { name: '나', exact: true }).waitFor();
    await page.locator('.banner').waitFor();
    await context.setOffline(false);
    await page.goto(url);
    const icons = await page.evaluate(async () => {
      const link = (rel: string) => document.querySelector<HTMLLinkElement>(`link[rel=${rel}]`)!;
      const manifest = (await (await fetch(link('manifest').href)).json()) as {
        display: string;
        icons: { src: string; sizes: string }[];
      };
      const all = [
        ...manifest.icons,
        { src: link('apple-touch-icon').href, sizes: '180x180' },
        { src: '/favicon.ico', sizes: '48x48' },
      ];
      const drawn = all.map(async ({ src, sizes }) => {
        const bitmap = await createImageBitmap(await (await fetch(src)).blob());
        return [sizes, `${bitmap.width}x${bitmap.height}`];
      });
      return { display: manifest.display, drawn: await Promise.all(drawn) };
    });
    expect(icons.display).toBe('standalone');
    expect(icons.drawn).toHaveLength(5);
    for (const [wanted, is] of icons.drawn) expect(is).toBe(wanted);
    await context.close();
  }, 60_000);
});
