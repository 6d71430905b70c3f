import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

const password = 'correct horse battery';
const account = (name: string) => ({ email: `${name}@windows.example`, password });

inBrowser('several windows', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Phone;
  /** The same person on two devices, one on each node. */
  let seller: Phone;
  let desk: Phone;
  /** What no page should say: errors, and what its own policy kept from running. */
  const complaints: string[] = [];
  const rug = '줄무늬 러그';

  const opensAs = async (node: number, who: string) => {
    const phone = await Phone.open(browser, cluster.gateways[node]!.url);
    phone.page.on('pageerror', ({ message }) => complaints.push(message));
    phone.page.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) complaints.push(line.text());
    });
    await phone.signsIn(account(who));
    await phone.page.getByRole('link', { name: '나', exact: true }).waitFor();
    return phone;
  };

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([
      TestCluster.start({ gateways: 2, demo: true }),
      startBrowser(),
    ]);
    const [minji, junho] = await Promise.all([
      cluster.person('민지', 0, account('minji')),
      cluster.person('준호', 0, account('junho')),
    ]);
    await minji.asksAbout(await junho.lists({ title: rug, price: 40_000 }));
    [buyer, seller, desk] = await Promise.all([
      opensAs(0, 'minji'),
      opensAs(0, 'junho'),
      opensAs(1, 'junho'),
    ]);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  test('what one person does on one device is done on the other', async () => {
    await buyer.opensChatAbout(rug);
    await buyer.says('아직 있나요?');
    await Promise.all([seller.opensChatAbout(rug), desk.goesTo('/chats')]);
    await seller.says('네, 있어요');
    // Read on one device is read; said on one device is said by them.
    await desk.page.locator('.chat-row:not(.is-unread)', { hasText: '네, 있어요' }).waitFor();
    await desk.opensChatAbout(rug);
    expect(await desk.bubbles()).toEqual(['아직 있나요?', '네, 있어요']);
    expect(await desk.page.locator('.bubble-row.is-own').count()).toBe(1);
  }, 60_000);

  test('a node stops under the page: what was sent meanwhile arrives, once', async () => {
    await cluster.gateways[0]!.kill();
    await buyer.page.locator('.banner').waitFor();
    await buyer.says('내일 갈게요');
    await cluster.gateways[0]!.start();
    // The page waits longer the more often it asked in vain.
    const arrived = desk.page.locator('.bubble', { hasText: '내일 갈게요' });
    await arrived.waitFor({ timeout: 40_000 });
    await buyer.isLive();
    expect(await desk.count('내일 갈게요')).toBe(1);
    await buyer.page.locator('.bubble-row[data-state]').waitFor({ state: 'detached' });
  }, 90_000);

  test('an offer that is accepted in two windows at once is accepted once', async () => {
    await buyer.offers(36_000);
    await Promise.all([seller, desk].map((phone) => phone.seesOffer('36,000원', 'awaitingSeller')));
    await Promise.all(
      [seller, desk].map((phone) =>
        phone.page.getByRole('button', { name: '수락', exact: true }).click(),
      ),
    );
    await Promise.all(
      [seller, desk].map((phone) =>
        phone.page
          .getByRole('button', { name: '36,000원에 수락' })
          .click({ timeout: 3_000 })
          // The other window was first: the card shows it, and the question is gone.
          .catch(() => undefined),
      ),
    );
    for (const phone of [buyer, seller, desk]) {
      await phone.seesOffer('36,000원', 'accepted');
      await phone.page.getByRole('dialog').waitFor({ state: 'detached' });
      await phone.seesDeal('open', '36,000원');
      expect(await phone.page.locator('.deal-card').count()).toBe(1);
    }
  }, 60_000);

  test('back leads through every screen one came by, and forward again', async () => {
    const { page } = buyer;
    await buyer.goesTo('/');
    const seen: string[] = [];
    const notes = async (path: RegExp) => {
      await page.waitForURL(path);
      await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' });
      seen.push(new URL(page.url()).pathname);
    };
    await notes(/\/$/);
    await page.getByRole('link', { name: rug }).first().click();
    await notes(/\/listings\//);
    await page.locator('.seller-link').first().click();
    await notes(/\/people\//);
    for (const [place, path] of [
      ['채팅', /\/chats$/],
      ['나', /\/me$/],
    ] as const) {
      await buyer.taps(place);
      await notes(path);
    }
    for (const path of ['favourites', 'offers', 'alerts', 'account']) {
      await page.locator(`a[href="/me/${path}"]`).click();
      await notes(new RegExp(`/me/${path}$`));
      await page.getByRole('button', { name: '뒤로' }).click();
      await page.waitForURL(/\/me$/);
      // The arrow went back: the step is not there twice.
      seen.pop();
    }
    const titles: string[] = [];
    for (const path of seen.toReversed()) {
      await page.waitForURL((url) => url.pathname === path);
      // Each screen has a title of its own, which comes with its first picture.
      await page.waitForFunction((known) => !known.includes(document.title), titles);
      titles.push(await page.title());
      if (path !== '/') await page.goBack();
    }
    expect(new Set(titles).size).toBe(seen.length);
    for (const path of seen.slice(1)) {
      await page.goForward();
      await page.waitForURL((url) => url.pathname === path);
    }
    expect(complaints).toEqual([]);
  }, 60_000);

  test('a feed that is looked at says when there is something new, and where a category is empty', async () => {
    const { page } = buyer;
    await buyer.goesTo('/');
    await page.getByRole('link', { name: rug }).waitFor();
    const trader = await cluster.person('새이웃');
    await trader.lists({ title: '방금 올린 전등', price: 9_000 });
    // Pages of the feed are kept for some seconds for everybody.
    await eventually('the feed offers what is new', async () => {
      await page.evaluate(`dispatchEvent(new Event('visibilitychange'))`);
      return (await page.getByRole('button', { name: '새 물건 보기' }).count()) > 0;
    });
    await page.getByRole('button', { name: '새 물건 보기' }).click();
    await page.locator('.card', { hasText: '방금 올린 전등' }).waitFor();

    await page.getByRole('button', { name: '티켓/교환권' }).click();
    await page.getByText('근처에 아직 티켓/교환권 물건이 없어요.').waitFor();
    await page.getByRole('button', { name: '모두 보기' }).click();
    await page.getByRole('link', { name: rug }).waitFor();
    expect(complaints).toEqual([]);
  }, 90_000);
});
