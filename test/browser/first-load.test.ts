import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';

/** What comes over the wire before the first screen is there, and what one sees meanwhile. */

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
    await page.getByRole('button', { name: '회원가입' }).first().waitFor();
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
    await context.close();
  }, 60_000);

  test.each([
    ['en-GB', '/', 'en'],
    ['ko-KR', '/', 'ko'],
    ['fr-FR', '/', 'ko'],
    ['ko-KR', '/?lang=en', 'en'],
  ])(
    'speaks to a browser in %s that opens %s in %s',
    async (locale, path, language) => {
      const { page, url } = await visits(locale, path);
      await page.goto(url);
      const words = { en: 'Sign up', ko: '회원가입' }[language]!;
      await page.getByRole('button', { name: words }).first().waitFor();
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
    for (const tab of [page, second])
      await tab.getByRole('button', { name: 'Sign up' }).first().waitFor();
    await context.close();
  }, 60_000);
});
