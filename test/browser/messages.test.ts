import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

/** What one does with the messages of a room. */
inBrowser('messages', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Phone;
  let seller: Phone;
  const desk = '참나무 책상';

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared(), startBrowser()]);
    [buyer, seller] = await Promise.all([
      Phone.ofSomebodyNew(browser, cluster, '민지', 0, { hasTouch: true }),
      Phone.ofSomebodyNew(browser, cluster, '준호', 0),
    ]);
    await seller.lists(desk, 90_000);
    await buyer.opensListing(desk);
    await buyer.startsChat();
    await buyer.says('배송도 되나요?');
    await seller.opensChatAbout(desk);
    await seller.sees('배송도 되나요?');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  test('the menu of a message opens by keyboard, and the answer shows what it answers', async () => {
    const { page } = seller;
    const bubble = page.locator('.bubble-row', { hasText: '배송도 되나요?' });
    // The key that opens menus, on the button of the message.
    await bubble.getByRole('button', { name: '메시지 메뉴' }).focus();
    await page.keyboard.press('ContextMenu');
    const menu = await seller.dialog();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    expect(await focused()).toBe('답장하기');
    await menu.getByRole('button', { name: '이 메시지 신고하기' }).waitFor();
    expect(await menu.getByRole('button', { name: '수정하기' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await (await seller.dialog()).getByRole('button', { name: '답장하기' }).press('Enter');
    await page.locator('.composer-reply', { hasText: '민지에게 답장' }).waitFor();
    await page.getByRole('button', { name: '답장 취소' }).click();
    await page.locator('.composer-reply').waitFor({ state: 'detached' });

    await seller.answers('배송도 되나요?', '직거래만 해요');
    await page.locator('.composer-reply').waitFor({ state: 'detached' });
    const quote = buyer.page
      .locator('.bubble-row', { hasText: '직거래만 해요' })
      .getByRole('button', { name: /답장한 메시지로 가기: 나 배송도 되나요/ });
    await quote.waitFor();
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
  }, 60_000);

  test('a finger that stays on a message opens its menu, and leaving it chooses nothing', async () => {
    const { page } = buyer;
    await buyer.holds('직거래만 해요');
    const menu = await buyer.dialog();
    await menu.getByRole('button', { name: '답장하기' }).waitFor();
    await page.goBack();
    await menu.waitFor({ state: 'detached' });
    await buyer.says('오타가 잇어요');
    await buyer.holds('오타가 잇어요');
    await (await buyer.dialog()).getByRole('button', { name: '수정하기' }).tap();
    const sheet = page.getByRole('dialog', { name: '메시지 수정' });
    await sheet.getByRole('textbox').fill('오타가 있어요');
    await sheet.getByRole('button', { name: '수정하기' }).tap();
    await seller.sees('오타가 있어요');
  }, 60_000);

  test('an address leads out without telling where from, and nothing else leads anywhere', async () => {
    await seller.says('사진은 https://example.com/desk?a=1, 가격은 javascript:alert(1)');
    const row = buyer.page.locator('.bubble', { hasText: '사진은' });
    await row.waitFor();
    expect(await row.locator('a').count()).toBe(1);
    const link = row.getByRole('link', { name: 'https://example.com/desk?a=1', exact: true });
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer nofollow');
    expect(await link.getAttribute('target')).toBe('_blank');
    await seller.says('https://bank.example@evil.example/ https://bаnk.example/');
    const sly = buyer.page.locator('.bubble', { hasText: 'evil.example' });
    await sly.waitFor();
    expect(await sly.locator('a').count()).toBe(0);
    // A link in the app stays in the app.
    const { origin, pathname } = new URL(buyer.page.url());
    const listing = await buyer.page.locator('.strip').getAttribute('href');
    await seller.says(origin + listing!);
    await buyer.page.locator('.bubble').getByRole('link', { name: listing! }).tap();
    await buyer.page.getByRole('heading', { name: desk, level: 2 }).waitFor();
    await buyer.page.goBack();
    await buyer.page.waitForURL((url) => url.pathname === pathname);
    await buyer.box.waitFor();
  }, 60_000);

  test('who is about to send a phone number is cautioned', async () => {
    const caution = seller.page.locator('.composer .number-caution');
    await seller.box.fill('1,200,000원에 2026-12-24 19:00 어때요?');
    await seller.box.fill('010-1234-5678로 전화 주세요');
    await caution.getByText('사기에 쓰일 수 있어요').waitFor();
    await seller.box.fill('1,200,000원에 2026-12-24 19:00 어때요?');
    await caution.waitFor({ state: 'detached' });
    // Sent all the same: its writer alone sees the caution under it.
    await seller.says('010-1234-5678로 전화 주세요');
    const row = { hasText: '010-1234-5678' };
    await seller.page.locator('.bubble-row', row).getByText('사기에 쓰일 수 있어요').waitFor();
    await buyer.sees('010-1234-5678');
    expect(await buyer.page.locator('.bubble-row', row).locator('.number-caution').count()).toBe(0);
  }, 60_000);

  test('a place is chosen on the map by keyboard, and the other one sees it on a map', async () => {
    const { page } = seller;
    const open = async () => {
      await page.getByRole('button', { name: '더 보내기' }).press('Enter');
      await page.getByRole('button', { name: '장소', exact: true }).press('Enter');
      await page.locator('dialog .place-map:focus').waitFor();
    };
    const sheet = page.getByRole('dialog', { name: '장소 보내기' });
    await open();
    await page.goBack();
    await sheet.waitFor({ state: 'detached' });
    await page.locator('.composer-open:focus').waitFor();

    await open();
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowRight']) await page.keyboard.press(key);
    await sheet.getByLabel('장소 이름').fill('망원역 2번 출구');
    await page.keyboard.press('Enter');
    await sheet.waitFor({ state: 'detached' });

    const place = buyer.page.getByRole('link', { name: /준호: 망원역 2번 출구/ });
    await place.locator('svg').getByText('망원동').waitFor();
    // Two steps of 50 m to the north of Mangwon-dong and one to the east.
    expect(await place.getAttribute('href')).toContain('?mlat=37.5569&mlon=126.90557#');
    expect(await place.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
  }, 60_000);

  test('what is typed is there after a reload, and goes when it is sent', async () => {
    const { page } = seller;
    const menu = await seller.opensMenuOf('오타가 있어요');
    await menu.getByRole('button', { name: '답장하기' }).click();
    await seller.box.fill('토요일은 어때요');
    await page.reload();
    await seller.box.waitFor();
    expect(await seller.boxText()).toBe('토요일은 어때요');
    await page.locator('.composer-reply', { hasText: '오타가 있어요' }).waitFor();
    await seller.says('토요일은 어때요?');
    await page.reload();
    await seller.sees('토요일은 어때요?');
    expect(await seller.boxText()).toBe('');
    expect(await page.locator('.composer-reply').count()).toBe(0);
  }, 60_000);

  test('a photo that is sent offline is seen as waiting, and arrives after a reload', async () => {
    const { page } = seller;
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await seller.goesOffline();
    await seller.choosesPhotos([await picture('책상.png')]);
    await seller.box.fill('긁힌 곳이에요');
    await page.getByRole('button', { name: '보내기', exact: true }).click();
    const waiting = page.locator('.bubble-row[data-state="sending"]', { hasText: '긁힌 곳이에요' });
    await waiting.getByRole('img', { name: '내 사진' }).waitFor();
    expect(await page.locator('.staged-photo').count()).toBe(0);
    await page.reload();
    await waiting.getByRole('img', { name: '내 사진' }).waitFor();
    await seller.goesOnline();
    await buyer.sees('긁힌 곳이에요');
    await buyer.page.getByRole('button', { name: '준호님의 사진' }).waitFor();
    await waiting.waitFor({ state: 'detached' });
  }, 60_000);

  test('a photo is pasted and dropped into the room, and opens whole inside the app', async () => {
    const { page } = seller;
    const staged = page.locator('.staged-photo');
    await seller.gives('paste', await picture('붙인.png'));
    await staged.first().waitFor();
    await seller.gives('drop', await picture('놓은.png'));
    await staged.nth(1).waitFor();
    await seller.says('두 장이에요');
    const room = buyer.page.url();
    await buyer.page.getByRole('button', { name: '준호님의 사진 2/2' }).tap();
    const viewer = buyer.page.getByRole('dialog', { name: '사진 2장' });
    await viewer.getByText('2 / 2').waitFor();
    await buyer.page.goBack();
    await viewer.waitFor({ state: 'detached' });
    expect(buyer.page.url()).toBe(room);
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
  }, 60_000);

  test('the head of a room says who it is, finds words and leads to them, mutes and pins', async () => {
    const { page } = buyer;
    const head = page.locator('.pane-room .bar');
    await head.getByText('접속 중').waitFor();
    const menu = async (name: string) => {
      await head.getByRole('button', { name: '채팅방 메뉴' }).tap();
      await (await buyer.dialog()).getByRole('button', { name }).tap();
    };
    await menu('대화에서 찾기');
    const search = page.getByRole('dialog', { name: '대화에서 찾기' });
    await search.getByRole('searchbox').fill('직거래');
    await search.getByRole('searchbox').press('Enter');
    await search.getByRole('button', { name: '직거래만 해요' }).tap();
    await search.waitFor({ state: 'detached' });
    await page.locator('.bubble-row:focus', { hasText: '직거래만 해요' }).waitFor();

    await menu('알림 끄기');
    await menu('고정');
    await head.getByRole('button', { name: '채팅방 메뉴' }).tap();
    const again = await buyer.dialog();
    await again.getByRole('button', { name: '알림 켜기' }).waitFor();
    await again.getByRole('button', { name: '고정 해제' }).waitFor();
    await again.getByRole('button', { name: '프로필 보기' }).tap();
    await page.locator('.manner').waitFor();
    await page.goBack();
    await buyer.box.waitFor();
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
  }, 60_000);

  test('who leaves a room finds it in no list, and the other one cannot write any more', async () => {
    const { page } = buyer;
    await page.getByRole('button', { name: '채팅방 메뉴' }).tap();
    await (await buyer.dialog()).getByRole('button', { name: '채팅방 나가기' }).tap();
    const asked = page.getByRole('dialog', { name: '채팅방에서 나갈까요?' });
    await asked.getByRole('button', { name: '채팅방 나가기' }).tap();
    await page.waitForURL((url) => url.pathname === '/chats');
    await seller.page.getByText('닫힌 채팅방이에요.').waitFor();
    expect(await page.locator('.chat-row', { hasText: desk }).count()).toBe(0);
  }, 60_000);
});

const picture = async (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: await sharp({ create: { width: 300, height: 200, channels: 3, background: '#fff' } })
    .png()
    .toBuffer(),
});
