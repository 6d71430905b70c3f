import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { view } from '../../src/contract/index.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

const password = 'correct horse battery';

inBrowser('The offers on a listing', () => {
  let cluster: TestCluster;
  let browser: Browser;

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared(), startBrowser()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  test('the seller answers them side by side: one with another price, one with yes', async () => {
    const [seller, minji, seoyeon] = (await Promise.all(
      ['준호', '민지', '서연'].map((name) => cluster.person(name)),
    )) as [Person, Person, Person];
    const lamp = await seller.lists({ title: '독서등', price: 40_000 });
    const [first, second] = await Promise.all(
      [minji, seoyeon].map(async (buyer) =>
        buyer.offers(await buyer.asksAbout(lamp), buyer === minji ? 30_000 : 36_000),
      ),
    );
    const phone = await Phone.open(browser, cluster.gateways[0]!.url);
    const { page } = phone;
    await phone.signsIn({ email: seller.user.email, password });
    await page.getByRole('link', { name: '나', exact: true }).waitFor();
    await phone.goesTo(`/listings/${lamp.id}/offers`);
    const line = (name: string) => page.locator('.offer-line', { hasText: name });
    await line('민지').waitFor();
    expect(await phone.overflow()).toEqual({ page: 0, parts: [] });
    // Words and buttons stand beside or below each other, on any width.
    for (const width of [320, 390, 520, 1_280]) {
      await page.setViewportSize({ width, height: 740 });
      const words = await line('민지').locator('.offer-line-text').boundingBox();
      expect(words!.width).toBeGreaterThan(120);
    }

    await line('민지').getByRole('button', { name: '다른 금액 제안하기' }).click();
    const counter = await phone.dialog();
    await counter.getByLabel('제안 금액').fill('38000');
    await counter.getByRole('button', { name: /제안/ }).last().click();
    await counter.waitFor({ state: 'detached' });
    await line('민지').getByText('38,000원').waitFor();
    expect(await line('민지').getByRole('button', { name: '수락' }).count()).toBe(0);

    await line('서연').getByRole('button', { name: '수락' }).click();
    const question = await phone.dialog();
    await question.getByRole('button', { name: '36,000원에 수락' }).click();
    await question.waitFor({ state: 'detached' });
    await page.locator('.strip .chip-reserved').waitFor();
    await page.locator('.offer-line[data-offer="accepted"]', { hasText: '서연' }).waitFor();
    await page.locator('.offer-line[data-offer="closed"]', { hasText: '민지' }).waitFor();
    const states = await Promise.all(
      [minji, seoyeon].map((buyer, index) =>
        buyer.gets<view.Offer>('GET', `/v1/offers/${[first, second][index]!.offer.id}`),
      ),
    );
    expect(states.map(({ state, amount }) => [state, amount])).toEqual([
      ['closed', 38_000],
      ['accepted', 36_000],
    ]);
    await phone.close();
  }, 60_000);
});
