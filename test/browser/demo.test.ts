import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { askForShared } from '../support/shared.js';
import { Home, isRunning, type Launcher } from '../setup/launcher.js';
import { inBrowser, startBrowser } from './browser.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a visitor of `npm start` sees, who reads English. */
inBrowser('The demo of npm start', () => {
  let home: Home;
  let launcher: Launcher;
  let browser: Browser;
  let buyer: Page, seller: Page;

  beforeAll(async () => {
    const name = `demo_${randomBytes(6).toString('hex')}`;
    const uri = new URL(process.env.TEST_MONGODB_URI!);
    uri.pathname = `/${name}`;
    home = await Home.make({
      MONGODB_URI: uri.href,
      REDIS_PREFIX: name,
      STAND_INS: 'off',
      SEED: 'on',
    });
    launcher = home.start();
    [browser] = await Promise.all([startBrowser(), launcher.prints('Ctrl-C stops everything')]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await home?.remove();
    await askForShared('/drop', { uri: home?.env.MONGODB_URI });
  }, 60_000);

  const visits = async (path: string, port = home.port) => {
    const context = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 390, height: 844 },
    });
    context.setDefaultTimeout(30_000);
    const page = await context.newPage();
    await page.goto(`http://localhost:${port}${path}`);
    await page.locator('[data-phase="live"]').first().waitFor({ state: 'attached' });
    return page;
  };
  /** What axe finds in a part of the page. */
  const faultsIn = async (page: Page, part: string) => {
    await page.evaluate(axe);
    return page.evaluate<string[]>(
      `axe.run('${part}').then(({ violations }) => violations.map(({ id }) => id))`,
    );
  };
  /** Buttons and links of the tour that are not whole on the screen. */
  const stickingOut = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll('.tour a, .tour button')]
        .filter((one) => one.getBoundingClientRect().right > innerWidth)
        .map((one) => one.textContent),
    );
  const tour = (page: Page) => page.getByRole('region', { name: 'Guided tour' });

  test('has people and things for who reads English, and a tour that one closes for good', async () => {
    buyer = await visits('/?demo=buyer');
    const titles = buyer.locator('.cards .card');
    await titles.filter({ hasText: 'Skateboard, hardly ridden' }).waitFor();
    await titles.filter({ hasText: '접이식 자전거' }).waitFor();
    await tour(buyer).getByRole('heading', { name: 'Step 1 of 4: Pick something' }).waitFor();
    await tour(buyer).getByRole('button', { name: 'Next' }).press('Enter');
    await buyer.keyboard.press('Enter');
    await tour(buyer).getByRole('heading', { name: 'Step 3 of 4' }).waitFor();
    expect(await stickingOut(buyer)).toEqual([]);
    expect(await faultsIn(buyer, '.tour')).toEqual([]);
    const link = tour(buyer).getByRole('link', { name: 'Open the seller’s window' });
    expect(await link.getAttribute('href')).toBe('/?demo=seller&lang=en');
    await tour(buyer).getByRole('button', { name: 'Close the tour' }).click();
    await tour(buyer).waitFor({ state: 'detached' });
    expect(await buyer.evaluate(() => document.activeElement?.id)).toBe('main');
    await buyer.reload();
    await titles.first().waitFor();
    expect(await tour(buyer).count()).toBe(0);

    seller = await visits('/?demo=seller', home.port + 1);
    await tour(seller).getByRole('heading', { name: 'This is the seller’s side' }).waitFor();
    const korean = await visits('/?demo=seller&lang=ko');
    await korean.getByRole('heading', { name: '판매자 화면이에요' }).waitFor();
    await korean.context().close();
  }, 120_000);

  test('a neighbour bids for what the buyer asks about', async () => {
    await buyer.getByRole('link', { name: 'Skateboard, hardly ridden' }).click();
    await buyer.getByRole('button', { name: 'Chat', exact: true }).click();
    await buyer.getByRole('textbox', { name: 'Message' }).fill('Is it still there?');
    await buyer.keyboard.press('Enter');
    await seller.locator('.nav-links').getByRole('link', { name: 'Chats' }).click();
    await seller.locator('.chat-row', { hasText: 'Emma' }).waitFor();
    await seller
      .locator('.chat-row', { hasText: 'Olivia' })
      .filter({ hasText: '55,000' })
      .waitFor();
  }, 120_000);

  test('a node that the buyer stops comes back, and what was written meanwhile arrives once', async () => {
    const badge = buyer.getByRole('button', { name: 'Connected to node-1' });
    await badge.filter({ visible: true }).click();
    await buyer.getByRole('dialog').waitFor();
    expect(await faultsIn(buyer, 'dialog')).toEqual([]);
    await buyer.getByRole('button', { name: 'Stop this node' }).click();
    await launcher.prints('node-1 was stopped from its page and comes back');
    await buyer.locator('[data-phase="live"]').first().waitFor({ state: 'detached' });
    await buyer.getByRole('textbox', { name: 'Message' }).fill('I can come at six.');
    await buyer.keyboard.press('Enter');
    await buyer.locator('.banner').waitFor();
    await launcher.prints('node-1 is back');
    await buyer.locator('[data-phase="live"]').first().waitFor({ state: 'attached' });
    await seller.locator('.chat-row', { hasText: 'Emma' }).click();
    await seller.locator('.bubble', { hasText: 'I can come at six.' }).waitFor();
    expect(await seller.locator('.bubble', { hasText: 'I can come at six.' }).count()).toBe(1);
  }, 120_000);

  test('Ctrl-C ends the neighbours, too', async () => {
    const children = home.children;
    launcher.signal('SIGINT');
    expect(await launcher.exit).toBe(0);
    expect(children.filter(isRunning)).toEqual([]);
  }, 60_000);
});
