import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

inBrowser('a deal', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Phone;
  let seller: Phone;
  const table = '원목 식탁과 의자 네 개, 상판 교체한 것';
  const fits = { page: 0, parts: [] };

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared({ worker: true }), startBrowser()]);
    [buyer, seller] = await Promise.all([
      Phone.ofSomebodyNew(browser, cluster, '민지', 0),
      Phone.ofSomebodyNew(browser, cluster, '준호', 1),
    ]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  test('two people haggle from both ends until they agree', async () => {
    await seller.lists(table, 200_000);
    await buyer.opensListing(table);
    await buyer.startsChat();
    await buyer.offers(150_000);
    await seller.opensChatAbout(table);
    await seller.seesOffer('150,000원', 'awaitingSeller');
    const sheet = await seller.opensCounterSheet();
    await sheet.getByText('150,100원부터 199,900원까지').waitFor();
    expect(await seller.overflow()).toEqual(fits);
    await sheet.getByLabel('제안 금액').fill('150000');
    await sheet.getByText('150,100원부터 199,900원 사이로 적어 주세요.').waitFor();
    await sheet.getByRole('button', { name: '닫기' }).click();
    await sheet.waitFor({ state: 'detached' });
    // The way back closes a sheet, and leaves the room only then.
    const room = seller.page.url();
    const again = await seller.opensCounterSheet();
    await seller.page.goBack();
    await again.waitFor({ state: 'detached' });
    expect(seller.page.url()).toBe(room);
    await seller.page.goBack();
    await seller.page.waitForURL((url) => url.href !== room);
    await seller.page.goForward();
    await seller.page.waitForURL(room);
    await seller.counters(180_000);
    await buyer.seesOffer('180,000원', 'awaitingBuyer');
    await buyer.seesOffer('150,000원', 'replaced');
    await buyer.counters(165_000);
    await seller.seesOffer('165,000원', 'awaitingSeller');
    expect(await seller.overflow()).toEqual(fits);
    await seller.accepts('165,000원');
    await Promise.all([buyer, seller].map((phone) => phone.seesDeal('open', '165,000원')));
    await buyer.seesListingState('reserved');
  }, 60_000);

  test('they agree when and where to meet, and change it', async () => {
    await buyer.proposesMeeting('약속 잡기', '망원역 2번 출구');
    await seller.seesMeeting('망원역 2번 출구', 'proposed');
    await seller.proposesMeeting('약속 바꾸기', '망원시장 앞 큰 은행나무 아래 벤치');
    await buyer.seesMeeting('망원시장 앞 큰 은행나무', 'proposed');
    await buyer.seesMeeting('망원역 2번 출구', 'over');
    await buyer.confirmsMeeting();
    await Promise.all(
      [buyer, seller].map((phone) => phone.seesMeeting('망원시장 앞 큰 은행나무', 'confirmed')),
    );
    await seller.seesLine('약속이 확정됐어요');
    expect(await buyer.overflow()).toEqual(fits);
    expect(await seller.overflow()).toEqual(fits);
  }, 60_000);

  test('once it is handed over both write, and see the other word only then', async () => {
    await seller.completesDeal();
    await buyer.seesDeal('completed', '거래를 마쳤어요');
    await buyer.seesListingState('sold');
    await buyer.reviews({
      rating: '최고예요',
      tags: ['친절해요', '설명과 같아요'],
      text: '물건이 아주 좋아요',
    });
    await buyer.seesDeal('completed', '상대도 쓰면 바로');
    // What follows in the same log arrives after whatever came before it.
    await buyer.says('잘 쓸게요');
    await seller.sees('잘 쓸게요');
    expect(await seller.page.getByText('물건이 아주 좋아요').count()).toBe(0);
    // What was sold says to whom, and leads back to them.
    await seller.page.locator('.strip').click();
    await seller.page.getByRole('link', { name: '민지님에게 165,000원에 판매했어요' }).click();
    await seller.sees('잘 쓸게요');
    // From the list of what is still to be written.
    const { page } = seller;
    await seller.goesTo('/me');
    await page.getByRole('link', { name: /^후기 쓰기\s*1$/ }).click();
    await page.getByRole('button', { name: `민지님 후기 쓰기: ${table}` }).click();
    await seller.fillsInReview({
      rating: '좋아요',
      tags: ['시간을 잘 지켜요'],
      text: '고맙습니다',
    });
    await page.getByText('쓸 후기가 없어요.').waitFor();
    await page.getByRole('button', { name: '구매', exact: true }).click();
    await page.getByText('아직 구매한 물건이 없어요.').waitFor();
    await page.getByRole('button', { name: '판매', exact: true }).click();
    expect(await seller.overflow()).toEqual(fits);
    await page.locator('.deal-item', { hasText: '165,000원' }).getByRole('link').click();
    await Promise.all([
      buyer.seesDeal('completed', '고맙습니다'),
      seller.seesDeal('completed', '물건이 아주 좋아요'),
    ]);
    await buyer.seesLine('서로의 후기가 공개됐어요');
    expect(await buyer.overflow()).toEqual(fits);
  }, 60_000);

  test('the profile shows the temperature, what it is made of, and what was said', async () => {
    await buyer.opensProfile();
    const { page } = buyer;
    await page.locator('.manner-degrees', { hasText: '37.3°C' }).waitFor();
    await page.getByText('어떻게 계산하나요?').click();
    await page.getByRole('row', { name: /최고예요 .*1\.5/ }).waitFor();
    await page.locator('.review', { hasText: '물건이 아주 좋아요' }).waitFor();
    expect(await buyer.overflow()).toEqual(fits);
  }, 60_000);

  test('a deal that is given up says why, and the thing is on sale again', async () => {
    const chair = '흔들의자';
    await seller.lists(chair, 60_000);
    await buyer.opensListing(chair);
    await buyer.startsChat();
    await buyer.offers(50_000);
    await seller.opensChatAbout(chair);
    await seller.accepts('50,000원');
    await buyer.seesDeal('open', '50,000원');
    await buyer.cancelsDeal('만날 수 없게 됐어요');
    await seller.seesDeal('cancelled', '만날 수 없게 됐어요');
    await seller.seesLine('민지님이 거래를 취소했어요');
    await seller.seesListingState('onSale');
  }, 60_000);

  test('a seller lays the offers side by side and declines several at once', async () => {
    const lamp = '스탠드 조명';
    await seller.lists(lamp, 40_000);
    await buyer.opensListing(lamp);
    await buyer.startsChat();
    await seller.goesTo('/me');
    await seller.page.getByRole('link', { name: lamp }).click();
    await seller.page.getByRole('link', { name: '받은 제안', exact: true }).waitFor();
    await buyer.offers(30_000);
    await seller.page.getByRole('link', { name: '받은 제안 1', exact: true }).click();
    const { page } = seller;
    await page.locator('.offer-line', { hasText: '30,000원' }).waitFor();
    expect(await seller.overflow()).toEqual(fits);
    await page.getByLabel('민지님의 제안 고르기').check();
    await page.getByRole('button', { name: '고른 제안 거절' }).click();
    await page.locator('.offer-line[data-offer="declined"]').waitFor();
    await buyer.seesOffer('30,000원', 'declined');
  }, 60_000);

  test('a give-away is asked for, and the giver picks', async () => {
    const pot = '화분 세 개';
    await seller.lists(pot, 0);
    await buyer.opensListing(pot);
    await buyer.page.getByRole('button', { name: '나눔 신청' }).click();
    const dialog = await buyer.dialog();
    await dialog.getByLabel('한마디 (선택)').fill('베란다에서 키울게요');
    await dialog.getByRole('button', { name: '신청하기' }).click();
    await buyer.seesOffer('베란다에서 키울게요', 'awaitingSeller');
    await seller.opensChatAbout(pot);
    await seller.page.getByRole('button', { name: '이분께 드리기' }).click();
    const asked = await seller.dialog();
    await asked.getByRole('button', { name: '이분께 드리기' }).click();
    await Promise.all([buyer, seller].map((phone) => phone.seesDeal('open', '나눔')));
  }, 60_000);
});
