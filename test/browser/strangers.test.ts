import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

inBrowser('two strangers', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Phone;
  let seller: Phone;
  let listingPath: string;
  const bicycle = '하늘색 접이식 자전거';
  const password = 'correct horse battery';

  beforeAll(async () => {
    cluster = await TestCluster.start({ gateways: 2, workers: 1 });
    browser = await startBrowser();
    const [a, b] = cluster.gateways;
    buyer = await Phone.open(browser, a!.url);
    seller = await Phone.open(browser, b!.url);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  test('they sign up where nobody is yet, and one finds the other by initial consonants', async () => {
    await Promise.all([
      buyer.signsUp({ email: 'minji@test.example', password, nickname: '민지' }),
      seller.signsUp({ email: 'junho@test.example', password, nickname: '준호' }),
    ]);
    await buyer.searches('ㅈㅈㄱ');
    await buyer.page.getByText('‘ㅈㅈㄱ’ 검색 결과가 없어요.').waitFor();
    await seller.lists(bicycle, 200_000);
    await buyer.searches('ㅈㅈㄱ');
    await buyer.page.getByRole('link', { name: bicycle }).click();
    await buyer.page.getByRole('heading', { name: bicycle, level: 2 }).waitFor();
    listingPath = new URL(buyer.page.url()).pathname;
  }, 60_000);

  test('they haggle, meet, and review', async () => {
    await buyer.startsChat();
    await buyer.says('아직 있나요?');
    await buyer.offers(150_000);
    const room = new URL(buyer.page.url()).pathname;
    await buyer.goesTo('/chats');
    await buyer.page.locator('.chat-line', { hasText: '나: 가격 제안 150,000원' }).waitFor();
    await buyer.goesTo(room);
    await seller.opensChatAbout(bicycle);
    await seller.sees('아직 있나요?');
    await seller.counters(180_000);
    await buyer.seesOffer('180,000원', 'awaitingBuyer');
    await buyer.accepts('180,000원');
    await seller.seesDeal('open', '180,000원');
    // The price is what they agreed on, in both rooms; the listing leads its seller to the buyer.
    for (const { page } of [buyer, seller]) {
      await page.locator('.strip strong', { hasText: '180,000원' }).waitFor();
      await page.locator('.strip s', { hasText: '200,000원' }).waitFor();
    }
    await seller.goesTo(listingPath);
    await seller.page.getByRole('link', { name: '민지님과 180,000원에 거래 중' }).click();
    await seller.page.getByRole('heading', { name: '민지', level: 1 }).getByRole('link').click();
    await seller.page.getByRole('heading', { name: '프로필' }).waitFor();
    await seller.page.goBack();
    await seller.seesDeal('open', '180,000원');
    await buyer.proposesMeeting('약속 잡기', '망원역 2번 출구');
    await seller.seesMeeting('망원역 2번 출구', 'proposed');
    await seller.confirmsMeeting();
    await buyer.seesMeeting('망원역 2번 출구', 'confirmed');
    await seller.completesDeal();
    await buyer.seesDeal('completed', '거래를 마쳤어요');
    await buyer.reviews({ rating: '최고예요', tags: ['친절해요'], text: '물건이 아주 좋아요' });
    await seller.reviews({ rating: '좋아요', tags: ['시간을 잘 지켜요'], text: '고맙습니다' });
    await buyer.seesDeal('completed', '고맙습니다');
    // Nobody can ask about it any more; who bought it still finds the chat.
    await buyer.goesTo(listingPath);
    await buyer.page.locator('.action-bar').getByRole('link', { name: '채팅' }).click();
    await buyer.seesDeal('completed', '고맙습니다');
    await seller.seesDeal('completed', '물건이 아주 좋아요');
    // Whoever sells several things sees which one a notification is about.
    await seller.goesTo('/me/notifications');
    await seller.page.getByText(`민지 · ${bicycle}`).first().waitFor();
  }, 90_000);

  test('the seller deletes the account: the buyer can still read, and nothing is found any more', async () => {
    await seller.deletesAccount(password);
    await buyer.seesLine('나갔어요');
    await buyer.sees('아직 있나요?');
    await buyer.goesTo('/chats');
    await buyer.page.locator('.chat-row', { hasText: '탈퇴한 이웃' }).waitFor();
    await buyer.searches('ㅈㅈㄱ');
    await buyer.page.getByText('‘ㅈㅈㄱ’ 검색 결과가 없어요.').waitFor();
    for (const phone of [seller, buyer]) await phone.goesTo(listingPath);
    for (const { page } of [seller, buyer])
      await page.getByText('지워졌거나 볼 수 없게 됐어요.').waitFor();
    await buyer.page.getByRole('link', { name: '동네 물건 보기' }).waitFor();
    await seller.signsIn({ email: 'junho@test.example', password });
    await seller.page.getByText('이메일 또는 비밀번호가 맞지 않아요.').waitFor();
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
  }, 60_000);
});
