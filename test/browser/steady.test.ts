import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { HeldAnswers } from './held-answers.js';
import { Phone } from './phone.js';

const password = 'correct horse battery';
const desk = { width: 1_280, height: 800 };

inBrowser('Screens on a slow network', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Phone;
  let seller: Phone;
  const paths: Record<string, string> = {};

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared(), startBrowser()]);
    const [junho, minji] = await Promise.all([cluster.person('준호'), cluster.person('민지')]);
    const tent = await junho.lists({ title: '2인용 텐트', price: 90_000 });
    const chair = await junho.lists({ title: '캠핑 의자', price: 40_000 });
    await junho.gets('PATCH', `/v1/listings/${chair.id}`, { price: 35_000 });
    const ends = {
      // One has said how it was, the other has yet to.
      aboutSold: async (id: string) => {
        await minji.gets('POST', `/v1/deals/${id}/complete`, {});
        await junho.gets('POST', `/v1/deals/${id}/reviews`, { rating: 'great' });
      },
      aboutReviewed: async (id: string) => {
        await minji.gets('POST', `/v1/deals/${id}/complete`, {});
        for (const one of [junho, minji])
          await one.gets('POST', `/v1/deals/${id}/reviews`, { rating: 'great' });
      },
      aboutCancelled: (id: string) =>
        minji.gets('POST', `/v1/deals/${id}/cancel`, { reason: 'changedMind' }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const about = await minji.asksAbout(await junho.lists({ title: name, price: 9_000 }));
      const { body } = await junho.accepts((await minji.offers(about, 8_000)).offer);
      await end(body.offer.dealId!);
      paths[name] = `/chats/${about.id}`;
    }
    const others = await Promise.all(
      ['가', '나', '다', '라', '마'].map((name) =>
        junho.lists({ title: `캠핑 의자 ${name}`, price: 9_000 }),
      ),
    );
    const [aboutTent, aboutChair] = [await minji.asksAbout(tent), await minji.asksAbout(chair)];
    await junho.accepts((await minji.offers(aboutTent, 80_000)).offer);
    await minji.offers(aboutChair, 30_000);
    for (const { id } of [chair, ...others])
      await minji.gets('PUT', `/v1/listings/${id}/favourite`);
    await minji.gets('PUT', `/v1/me/following/${junho.user.id}`);
    await minji.gets('POST', '/v1/me/keyword-alerts', { keyword: '텐트' });
    Object.assign(paths, {
      seller: `/people/${junho.user.id}`,
      chair: `/listings/${chair.id}`,
      tent: `/listings/${tent.id}`,
      aboutTent: `/chats/${aboutTent.id}`,
      aboutChair: `/chats/${aboutChair.id}`,
    });
    [buyer, seller] = (await Promise.all(
      [minji, junho].map(async ({ user }) => {
        const phone = await Phone.open(browser, cluster.gateways[0]!.url);
        await phone.signsIn({ email: user.email, password });
        // Whether this server sends notifications is known after the first time.
        await phone.page.locator('.me-lists').waitFor();
        await phone.page.waitForFunction(() => localStorage.getItem('haggle.push') !== null);
        return phone;
      }),
    )) as [Phone, Phone];
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  test.each([
    ['buyer', '/me', '.me-deal .badge'],
    ['buyer', '/me/account', '.session'],
    ['buyer', '/me/alerts', '.follow'],
    ['buyer', 'seller', '.page > .button-text'],
    ['buyer', 'chair', '.similar .card'],
    ['buyer', 'aboutTent', '.deal-card .button'],
    ['buyer', 'aboutChair', '.offer-card .button'],
    ['buyer', 'aboutSold', '.deal-card .offer-kind'],
    ['seller', 'aboutSold', '.deal-card .offer-kind'],
    ['buyer', 'aboutReviewed', '.deal-card .offer-kind'],
    ['seller', 'aboutCancelled', '.deal-card .offer-kind'],
    ['seller', 'tent', 'a.listing-offers[href^="/chats/"]'],
    ['seller', 'aboutChair', '.offer-card .button-primary'],
    ['desk', '/', '.chips > :nth-child(3)'],
  ])(
    'nothing moves as the parts come: %s at %s',
    async (who, path, until) => {
      const { page } = who === 'seller' ? seller : buyer;
      const tab = await page.context().newPage();
      if (who === 'desk') await tab.setViewportSize(desk);
      const answers = await HeldAnswers.of(tab);
      await tab.goto(new URL(paths[path] ?? path, page.url()).href);
      await tab.locator('main h1').first().waitFor({ state: 'attached' });
      const last = tab.locator(until).first();
      await eventually('all of it is there', async () => {
        await answers.come();
        return (await last.count()) > 0 && answers.waiting === 0;
      });
      expect(await answers.moved()).toEqual([]);
      await tab.close();
    },
    60_000,
  );

  test('the narrowest phone cuts neither who was there when nor the own address, and breaks no word', async () => {
    const tab = await buyer.page.context().newPage();
    await tab.setViewportSize({ width: 320, height: 640 });
    const isCut = (selector: string, text: string | null) =>
      tab
        .locator(selector)
        .first()
        .evaluate((line, words) => {
          if (words !== null) line.textContent = words;
          return line.scrollWidth > line.clientWidth;
        }, text);
    await tab.goto(new URL(paths.aboutTent!, buyer.page.url()).href);
    await tab.locator('.bar-note').waitFor({ state: 'attached' });
    expect(await isCut('.bar-note', 'Active 23 hr ago')).toBe(false);
    expect(await isCut('.bar-note', '23시간 전 접속')).toBe(false);
    await tab.goto(new URL('/me', buyer.page.url()).href);
    await tab.locator('.person-large .person-role').waitFor();
    expect(await isCut('.person-large .person-role', null)).toBe(false);
    const lines = await tab.locator('.neighbourhood-title').evaluate((title) => {
      title.textContent = 'Neighbourhood';
      title.closest('.neighbourhood')!.querySelector('button')!.textContent = 'I am here';
      const text = document.createRange();
      text.selectNodeContents(title);
      return text.getClientRects().length;
    });
    expect(lines).toBe(1);
    await tab.close();
  }, 60_000);

  test('the banner of a lost connection moves nothing', async () => {
    const { page } = buyer;
    await buyer.goesTo('/me');
    const link = page.locator('a[href="/me/offers"]');
    const place = await link.boundingBox();
    await page.context().setOffline(true);
    await page.locator('.banner').waitFor();
    expect(await link.boundingBox()).toEqual(place);
    await page.context().setOffline(false);
  }, 60_000);

  test('what was seen is there at once for who comes back, and its links can be clicked', async () => {
    const { page } = buyer;
    const tab = await page.context().newPage();
    await tab.goto(new URL('/me', page.url()).href);
    await tab.locator('.me-deal .badge').first().waitFor();
    await tab.locator('a[href="/me/favourites"]').click();
    await tab.locator('.card').first().waitFor();
    const answers = await HeldAnswers.of(tab);
    // To the last one, which is opened, and back.
    const last = tab.locator('.card').last();
    await last.scrollIntoViewIfNeeded();
    const place = await last.boundingBox();
    await last.click();
    await tab.waitForURL(/\/listings\//);
    await tab.goBack();
    expect(await tab.locator('.card').last().boundingBox()).toEqual(place);
    await tab.goBack();
    await tab.locator('.me-deal .badge').first().waitFor();
    await tab.locator('a[href="/me/favourites"]').click();
    await tab.locator('.card').first().waitFor();
    expect(answers.waiting).toBeGreaterThan(0);
    await answers.come();
    await tab.close();
  }, 60_000);
});
