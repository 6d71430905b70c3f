// Long: one cluster, two phones and the whole way of a buyer and a seller; a second cluster would cost more.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import { callRest } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

inBrowser('haggling', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Phone;
  let seller: Phone;
  const bicycle = '하늘색 픽시 자전거 52';

  beforeAll(async () => {
    cluster = await TestCluster.start({ gateways: 2, workers: 1, demo: true });
    await cluster.seedDemo();
    browser = await startBrowser();
    const [a, b] = cluster.gateways;
    buyer = await Phone.open(browser, a!.url);
    seller = await Phone.open(browser, b!.url);
    await Promise.all([buyer.signsInAs('buyer'), seller.signsInAs('seller')]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  test('two people on two nodes talk and agree on a price', async () => {
    expect(await buyer.nodeName()).not.toBe(await seller.nodeName());

    await seller.lists(bicycle, 180_000);
    await buyer.opensListing(bicycle);
    await buyer.startsChat();
    await buyer.says('아직 있나요?');
    await seller.opensChatAbout(bicycle);
    await seller.sees('아직 있나요?');
    await buyer.seesReceipt('read');
    await seller.says('네, 있어요');
    await buyer.sees('네, 있어요');
    await buyer.hears('준호님: 네, 있어요');

    await buyer.offers(162_000);
    await seller.seesOffer('162,000원', 'awaitingSeller');
    await seller.accepts('162,000원');
    await buyer.seesOffer('162,000원', 'accepted');
    await seller.seesOffer('162,000원', 'accepted');
    await buyer.seesListingState('reserved');
    await seller.seesListingState('reserved');
  }, 60_000);

  test('what was said meanwhile is there after a reload, in order and once', async () => {
    await buyer.goesTo('/');
    await seller.says('일곱 시에 봐요');
    await seller.says('2번 출구예요');
    await buyer.opensChatAbout(bicycle);
    await buyer.sees('2번 출구예요');
    expect(await buyer.count('일곱 시에 봐요')).toBe(1);
    expect(await buyer.count('2번 출구예요')).toBe(1);
  }, 60_000);

  test('what the other side wrote is reported, and the other side is not told', async () => {
    await buyer.reports('2번 출구예요', '사기가 의심돼요');
    await seller.says('곧 도착해요');
    await buyer.sees('곧 도착해요');
    expect(await seller.count('신고')).toBe(0);
  }, 60_000);

  test('a moderator looks at the report, waits while another has it, and decides; nobody else may', async () => {
    const gateway = cluster.gateways[0]!.url;
    const asOperator = (method: string, path: string, body?: object) =>
      callRest<view.ReportInQueue>(gateway, method, `/v1/admin${path}`, { body });
    await buyer.goesTo('/moderation');
    await buyer.page.getByText('운영진만 볼 수 있는 화면이에요.').waitFor();

    const email = 'doyun@test.example';
    const moderator = await Phone.open(browser, gateway);
    await moderator.signsUp({ email, password: 'correct horse battery', nickname: '도윤' });
    const user = await cluster.inspect((connection) =>
      connection.collection('users').findOne({ email }),
    );
    await asOperator('PUT', `/users/${String(user!._id)}/role`, { role: 'moderator' });
    const { page } = moderator;
    await moderator.taps('나');
    await page.getByRole('link', { name: '신고 처리' }).click();
    await page.getByLabel('대상').selectOption('user');
    await page.getByText('여기에 맞는 신고가 없어요.').waitFor();
    await page.getByLabel('대상').selectOption('message');
    await page.getByRole('link', { name: '사기가 의심돼요' }).click();
    const reported = page.locator('.moderation-talk .is-reported');
    expect(await reported.innerText()).toContain('2번 출구예요');
    await page.locator('.moderation-talk').getByText('일곱 시에 봐요').waitFor();
    // A link in a link is none for a keyboard or a screen reader.
    expect(await page.locator('a a').count()).toBe(0);

    const path = `/reports/${page.url().split('/').at(-1)!}/claim`;
    expect((await asOperator('PUT', path)).status).toBe(200);
    await page.getByRole('button', { name: '내가 볼게요' }).click();
    await page.getByText('다른 사람이 먼저 맡았어요.').waitFor();
    await page.getByText('admin님이 보고 있어요.').waitFor();
    expect(await page.getByRole('button', { name: '처리하기' }).count()).toBe(0);
    await asOperator('DELETE', path);
    await page.getByRole('button', { name: '다시 확인' }).click();
    await page.getByRole('button', { name: '내가 볼게요' }).click();
    await page.getByText('까지 나만 처리할 수 있어요.').waitFor();
    expect(await moderator.overflow()).toEqual({ page: 0, parts: [] });

    await page.getByRole('button', { name: '처리하기' }).click();
    const dialog = await moderator.dialog();
    await dialog.getByLabel('이용 정지').check();
    await dialog.getByLabel('정지 일수').fill('0');
    expect(await dialog.getByRole('button', { name: '정지하기' }).isDisabled()).toBe(true);
    await dialog.getByLabel('문제없음').check();
    await dialog.getByLabel('메모').fill('약속 이야기예요');
    expect(await moderator.overflow()).toEqual({ page: 0, parts: [] });
    await dialog.getByRole('button', { name: '문제없음으로 닫기' }).click();
    await page.getByText('처리했어요.').waitFor();
    await page.locator('.moderation-state.is-decided', { hasText: '약속 이야기예요' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: '처리함 · 도윤' }).waitFor();
    await page.getByRole('button', { name: '뒤로' }).click();
    await page.getByText('여기에 맞는 신고가 없어요.').waitFor();
    await page.getByRole('link', { name: '노쇼 이의' }).click();
    await page.getByText('기다리는 이의가 없어요.').waitFor();
    await moderator.close();
    await buyer.opensChatAbout(bicycle);
  }, 60_000);

  test('one Enter sends the whole text while Hangul is being composed', async () => {
    const before = await seller.bubbles();
    const ime = await buyer.inputMethod();
    await ime.composes('ㄱ', '고');
    await ime.commits('고');
    await ime.composes('ㅁ', '마');
    await ime.commits('마');
    await ime.composes('ㅇ', '우', '워');
    await ime.commits('워');
    await ime.composes('ㅇ', '요');
    await ime.pressesEnterWhileComposing();
    await ime.commits('요');
    await ime.releasesEnter();
    await seller.sees('고마워요');
    expect(await buyer.boxText()).toBe('');
    // What follows in the same log arrives after whatever came before it: nothing was sent twice or in parts.
    await buyer.says('그럼 이따가');
    await seller.sees('그럼 이따가');
    expect((await seller.bubbles()).slice(before.length)).toEqual(['고마워요', '그럼 이따가']);
  }, 60_000);

  test('an Enter that the system reports twice still sends once', async () => {
    const before = await seller.bubbles();
    const ime = await buyer.inputMethod();
    await ime.composes('ㄴ', '네', '넵');
    await ime.pressesEnterWhileComposing();
    await ime.commits('넵');
    await ime.repeatsEnter();
    await ime.releasesEnter();
    await seller.sees('넵');
    expect(await buyer.boxText()).toBe('');
    await buyer.says('곧 봐요');
    await seller.sees('곧 봐요');
    expect((await seller.bubbles()).slice(before.length)).toEqual(['넵', '곧 봐요']);
  }, 60_000);

  test('Enter picks a candidate, and sends nothing, while Japanese is being composed', async () => {
    const ime = await buyer.inputMethod();
    await ime.composes('に', 'にほ', 'にほん', '日本');
    await ime.pressesEnterWhileComposing();
    await ime.commits('日本');
    await ime.releasesEnter();
    expect(await buyer.boxText()).toBe('日本');
    await buyer.box.press('Enter');
    await seller.sees('日本');
    expect(await buyer.boxText()).toBe('');
  }, 60_000);

  test('what one wrote can be changed and taken back, and the other side sees it', async () => {
    await buyer.says('오타난 메세지');
    await buyer.changes('오타난 메세지', '고친 메시지');
    await seller.sees('고친 메시지');
    expect(await seller.count('오타난 메세지')).toBe(0);
    await seller.page.locator('.bubble', { hasText: '수정됨' }).waitFor();
    await buyer.says('지울 말');
    await buyer.takesBack('지울 말');
    await seller.sees('삭제된 메시지예요.');
    expect(await seller.count('지울 말')).toBe(0);
  }, 60_000);

  test('photos are chosen, sent with words, and open in full', async () => {
    await seller.sendsPhotos(2, '양쪽 사진이에요');
    await buyer.sees('양쪽 사진이에요');
    const photos = photosOf(buyer, '양쪽 사진이에요');
    await photos.nth(1).waitFor();
    const sizes = await photos.evaluateAll((images) =>
      images.map((image) => `${image.getAttribute('width')} by ${image.getAttribute('height')}`),
    );
    expect(sizes).toEqual(['600 by 600', '800 by 600']);
    const room = buyer.page.url();
    await buyer.page.getByRole('button', { name: '준호님의 사진 2/2' }).click();
    const viewer = buyer.page.getByRole('dialog', { name: '사진 2장' });
    await viewer.getByText('2 / 2').waitFor();
    await buyer.page.goBack();
    await viewer.waitFor({ state: 'detached' });
    expect(buyer.page.url()).toBe(room);
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
    expect(await seller.overflow()).toEqual({ page: 0, parts: [] });
  }, 60_000);

  test('ten photos go out as one message, larger ones as small as they are kept', async () => {
    const sizes: number[] = [];
    seller.page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/v1/images'))
        sizes.push(request.postDataBuffer()?.byteLength ?? 0);
    });
    const files = await Promise.all(
      Array.from({ length: 10 }, (_, index) => noise(1_800, 200, `IMG_${index}.jpg`)),
    );
    await seller.choosesPhotos(files);
    await seller.page
      .locator('.staged-photo.is-uploading')
      .first()
      .waitFor({ state: 'detached', timeout: 60_000 });
    await seller.says('열 장이에요');
    await buyer.sees('열 장이에요');
    await photosOf(buyer, '열 장이에요').nth(9).waitFor();
    expect(sizes).toHaveLength(10);
    for (const size of sizes) expect(size).toBeLessThan(files[0]!.buffer.byteLength);
  }, 120_000);

  test.each([
    ['ko', '이 브라우저는 HEIC 사진을 바꾸지 못해요', '파일이 손상되었어요'],
    ['en', 'This browser can’t convert HEIC photos', 'The file is damaged'],
  ])(
    'a photo that is refused is named with its cause (%s), and the good one is not lost',
    async (language, heic, broken) => {
      await seller.reads(language);
      const good = await noise(400, 300, 'good.jpg');
      const box = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
      await seller.choosesPhotos([
        good,
        { name: 'IMG_7.HEIC', mimeType: 'image/heic', buffer: box },
        { ...good, name: '깨진.jpg', buffer: good.buffer.subarray(0, 200) },
      ]);
      const note = seller.page.getByRole('alert').locator('li');
      await note.nth(1).waitFor();
      const said = await note.allInnerTexts();
      expect(said[0]).toContain('2 (IMG_7.HEIC)');
      expect(said[0]).toContain(heic);
      expect(said[1]).toContain('3 (깨진.jpg)');
      expect(said[1]).toContain(broken);
      expect(await seller.overflow()).toEqual({ page: 0, parts: [] });
      await seller.says(`앞면 ${language}`);
      await buyer.sees(`앞면 ${language}`);
      await photosOf(buyer, `앞면 ${language}`).first().waitFor();
      expect(await photosOf(buyer, `앞면 ${language}`).count()).toBe(1);
      await seller.reads('ko');
    },
    60_000,
  );

  test('a thing is listed with photos in the order one gives them, and a bad one loses no other', async () => {
    const { page } = seller;
    const lamp = '황동 스탠드 조명';
    const wide = await noise(400, 300, 'wide.jpg');
    await seller.goesTo('/sell');
    await page
      .locator('input[type=file]')
      .setInputFiles([
        wide,
        { ...wide, name: 'broken.jpg', buffer: wide.buffer.subarray(0, 200) },
        await noise(300, 400, 'tall.jpg'),
      ]);
    await page.locator('.photo-errors', { hasText: '2 (broken.jpg)' }).waitFor();
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    await page.getByLabel('제목').fill(lamp);
    await page.getByLabel('카테고리').selectOption('living');
    await page.getByRole('textbox', { name: '가격' }).fill('30000');
    await page.getByRole('button', { name: '올리기' }).click();
    // Nothing is listed without a photo that its seller chose: the seller decides.
    await page.getByText('표시된 사진을 다시 시도하거나 빼 주세요.').waitFor();
    expect(await seller.overflow()).toEqual({ page: 0, parts: [] });
    await page.getByRole('button', { name: '사진 2 빼기' }).click();
    await page.getByRole('button', { name: '사진 2 앞으로' }).click();
    await page.getByRole('button', { name: '올리기' }).click();
    await page.locator('.gallery img').nth(1).waitFor();

    await buyer.goesTo('/');
    await buyer.page.locator('.card', { hasText: lamp }).locator('img').waitFor();
    await buyer.opensListing(lamp);
    const shown = buyer.page.locator('.gallery img');
    await shown.nth(1).waitFor({ state: 'attached' });
    const sizes = await shown.evaluateAll((images) =>
      images.map((image) => `${image.getAttribute('width')} by ${image.getAttribute('height')}`),
    );
    expect(sizes).toEqual(['300 by 400', '400 by 300']);
    await buyer.page.getByRole('button', { name: '사진 1 크게 보기' }).click();
    const whole = buyer.page.getByRole('dialog', { name: '사진 2장' });
    await whole.getByText('1 / 2').waitFor();
    const fit = "getComputedStyle(document.querySelector('dialog img')).objectFit";
    expect(await buyer.page.evaluate(fit)).toBe('contain');
    // What it leaves free stays black, without the blur that a photo is loaded over.
    const around = fit.replace('objectFit', 'backgroundImage');
    expect(await buyer.page.evaluate(around)).toBe('none');
    await buyer.page.goBack();
    await whole.waitFor({ state: 'detached' });
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
    await buyer.startsChat();
    await buyer.page.locator('.strip img').waitFor();
    await buyer.opensChatAbout(bicycle);
    await seller.opensChatAbout(bicycle);
  }, 60_000);

  test('nothing is read in a window without the focus, and all of it when it gets the focus', async () => {
    await buyer.says('보고 있어요?');
    await seller.sees('보고 있어요?');
    await buyer.seesReceipt('read');
    await seller.looksAway();
    await buyer.says('다른 창을 보나 봐요');
    await seller.sees('다른 창을 보나 봐요');
    await buyer.seesReceipt('delivered');
    await seller.looksBack();
    await buyer.seesReceipt('read');
  }, 60_000);

  test('nothing sticks out sideways on a narrow phone', async () => {
    const fits = { page: 0, parts: [] };
    const guest = await Phone.open(browser, cluster.gateways[0]!.url);
    await guest.goesTo('/me');
    await guest.page.getByRole('button', { name: '구매자로 열기' }).waitFor();
    expect(await guest.overflow()).toEqual(fits);
    await guest.close();

    const fence = '접이식 캠핑 의자와 테이블, 가방까지 한 번에';
    await seller.lists(fence, 45_000);
    expect(await seller.overflow()).toEqual(fits);
    await seller.goesTo('/sell');
    await seller.page.getByRole('button', { name: '올리기' }).waitFor();
    expect(await seller.overflow()).toEqual(fits);
    await seller.goesTo('/me');
    await seller.page.getByRole('link', { name: fence }).waitFor();
    expect(await seller.overflow()).toEqual(fits);

    await buyer.goesTo('/');
    await buyer.page.getByRole('link', { name: fence }).first().waitFor();
    expect(await buyer.overflow()).toEqual(fits);
    await buyer.opensListing(fence);
    await buyer.startsChat();
    await buyer.says('가'.repeat(300));
    expect(await buyer.overflow()).toEqual(fits);
    await buyer.opensOfferSheet();
    expect(await buyer.overflow()).toEqual(fits);
    await buyer.goesTo('/chats');
    await buyer.page.locator('.chat-row', { hasText: fence }).waitFor();
    expect(await buyer.overflow()).toEqual(fits);
  }, 60_000);

  test('what one looks for is suggested, found by initial consonants, and told when it comes', async () => {
    const search = buyer.page.getByRole('combobox', { name: '검색' });
    await buyer.goesTo('/search');
    await search.fill('하늘색 픽');
    // Safari gives a pressed button no focus: the list stays only where the box keeps it.
    await buyer.page.getByRole('button', { name: '하늘색 픽시', exact: true }).hover();
    await buyer.page.getByText(/^추천 \d+개$/).waitFor();
    await buyer.page.mouse.down();
    expect(await search.evaluate((box) => box.ownerDocument.activeElement === box)).toBe(true);
    expect(await search.getAttribute('aria-expanded')).toBe('true');
    await buyer.page.mouse.up();
    await buyer.page.getByRole('link', { name: bicycle }).waitFor();
    await buyer.searches('ㅍㅅ ㅈㅈㄱ');
    await buyer.page.getByRole('link', { name: bicycle }).click();
    await buyer.page.getByRole('heading', { name: bicycle, level: 2 }).waitFor();
    await buyer.page.goBack();
    await buyer.page.getByRole('link', { name: bicycle }).waitFor();
    expect(await search.inputValue()).toBe('ㅍㅅ ㅈㅈㄱ');
    await buyer.page.getByRole('button', { name: '새 상품 알림 받기' }).click();
    await buyer.page.getByText('이 검색의 새 상품을 알려 드릴게요.').waitFor();
    await buyer.goesTo('/search');
    await buyer.page.getByRole('button', { name: 'ㅍㅅ ㅈㅈㄱ', exact: true }).waitFor();
    const other = '빨간 픽시 자전거 48';
    await seller.lists(other, 150_000);
    await buyer.isTold(other);
  }, 60_000);

  test('what is typed to sell is kept, and saved as a draft with rules for offers', async () => {
    const { page } = seller;
    await seller.goesTo('/sell');
    await page.getByLabel('제목').fill('접이식 캠핑 의자');
    await page.getByRole('textbox', { name: '가격' }).fill('40000');
    await page.reload();
    await page.getByText('지난번에 쓰던 내용이에요.').waitFor();
    expect(await page.getByLabel('제목').inputValue()).toBe('접이식 캠핑 의자');
    expect(await page.getByRole('textbox', { name: '가격' }).inputValue()).toBe('40,000');
    await page.getByLabel('카테고리').selectOption('sports');
    await page.getByText('제안 규칙').click();
    await page.getByLabel('제안에 답할 시간').selectOption('48시간');
    await page.getByLabel('이보다 낮으면 거절').fill('45000');
    await page.getByRole('button', { name: '임시저장' }).click();
    await page.getByText('가격보다 낮아야 해요.').waitFor();
    await page.getByLabel('이보다 낮으면 거절').fill('30000');
    await page.getByRole('button', { name: '임시저장' }).click();
    await page.getByRole('heading', { name: '접이식 캠핑 의자', level: 2 }).waitFor();
    await page.locator('.chip-draft').first().waitFor();
    await page.getByRole('link', { name: '수정' }).click();
    expect(await page.getByLabel('이보다 낮으면 거절').inputValue()).toBe('30,000');
    expect(await page.getByLabel('제안에 답할 시간').inputValue()).toBe('48');
    await seller.goesTo('/sell');
    expect(await page.getByLabel('제목').inputValue()).toBe('');
  }, 60_000);

  test('who signs in next is shown nothing of the one before, whose forms are gone, and a saved search as it was saved', async () => {
    const password = 'correct horse battery';
    const first = { email: 'first@test.example', password };
    const second = { email: 'second@test.example', password };
    const [, waiting] = await Promise.all([
      cluster.person('첫째', 0, first),
      cluster.person('둘째', 0, second),
    ]);
    const busan = { latitude: 35.16, longitude: 129.16 };
    const lamps = { cheap: '해운대 조명 하나', dear: '해운대 조명 둘' };
    await waiting.lists({ title: lamps.cheap, price: 10_000, location: busan });
    await waiting.lists({ title: lamps.dear, price: 50_000, location: busan });
    const circle = { near: busan, radiusKm: 12.5 };
    await waiting.gets('POST', '/v1/me/saved-searches', { q: '해운대 조명', ...circle });
    await waiting.gets('POST', '/v1/me/keyword-alerts', {
      keyword: '조명',
      ...circle,
      maxPrice: 20_000,
    });

    const phone = await Phone.open(browser, cluster.gateways[0]!.url);
    const { page } = phone;
    const far = page.getByLabel('거리');
    await phone.signsIn(first);
    await phone.taps('홈');
    await far.selectOption('2');
    await phone.taps('팔기');
    await page.locator('input[type=file]').setInputFiles([await noise(60, 60, 'mine.jpg')]);
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    await eventually('the photo is kept', async () => (await keptForms(phone)).length >= 2);
    await phone.handsOverTo(second);
    await eventually('nothing of it is left', async () => (await keptForms(phone)).length === 0);
    await phone.taps('홈');
    expect(await far.inputValue()).toBe('5');

    await page.locator('.search-link').click();
    await page.getByRole('group', { name: '카테고리' }).getByRole('button').nth(1).click();
    await page.getByRole('button', { name: '뒤로' }).click();
    const opens = async (what: string) => {
      await phone.taps('나');
      await page.getByRole('link', { name: '키워드 알림과 팔로우' }).click();
      await page.locator('.kept-line a', { hasText: what }).click();
    };
    await opens('해운대 조명');
    await page.getByRole('link', { name: lamps.dear }).waitFor();
    await page.getByRole('link', { name: lamps.cheap }).waitFor();
    expect(await far.locator('option:checked').innerText()).toBe('저장한 위치 12.5km 이내');
    await page.getByRole('button', { name: '전체', exact: true, pressed: true }).waitFor();
    // The bar itself is scrolled sideways.
    expect((await phone.overflow()).page).toBe(0);
    await far.selectOption('6');
    await page.getByText('검색 결과가 없어요.').waitFor();
    await page.getByRole('button', { name: '뒤로' }).click();
    await opens('20,000원 이하');
    await page.getByRole('link', { name: lamps.cheap }).waitFor();
    expect(await page.getByRole('link', { name: lamps.dear }).count()).toBe(0);
    await phone.close();
  }, 60_000);

  test('a session that others ended leaves what was typed to its person alone, and signing out everywhere nothing', async () => {
    const password = 'correct horse battery';
    const owner = { email: 'third@test.example', password };
    const guest = { email: 'fourth@test.example', password };
    const [elsewhere] = await Promise.all([
      cluster.person('셋째', 1, owner),
      cluster.person('넷째', 1, guest),
    ]);
    const phone = await Phone.open(browser, cluster.gateways[0]!.url);
    const { page } = phone;
    const title = page.getByLabel('제목');
    await phone.signsIn(owner);
    await phone.isLive();
    await phone.searches('유리 화병');
    await phone.taps('팔기');
    await title.fill('유리 화병');
    await page.locator('input[type=file]').setInputFiles([await noise(60, 60, 'vase.jpg')]);
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    await eventually('the photo is kept', async () => (await keptForms(phone)).length >= 3);
    await elsewhere.gets('POST', '/v1/auth/logout-all');
    await page.getByLabel('이메일').waitFor();

    await phone.signsIn(guest);
    await phone.isLive();
    await phone.taps('팔기');
    expect(await title.inputValue()).toBe('');
    expect(await page.locator('.photo-tile').count()).toBe(0);
    await phone.handsOverTo(owner);
    await phone.taps('팔기');
    await page.getByText('지난번에 쓰던 내용이에요.').waitFor();
    expect(await title.inputValue()).toBe('유리 화병');
    await page.locator('.photo-tile').waitFor();

    await phone.goesTo('/me/account');
    await page.getByRole('button', { name: '모든 기기에서 로그아웃' }).click();
    await (await phone.dialog()).getByRole('button', { name: '로그아웃', exact: true }).click();
    await page.getByLabel('이메일').waitFor();
    await eventually('nothing of it is left', async () => {
      const names = await page.evaluate<string[]>('Object.keys(localStorage)');
      const forms = await keptForms(phone);
      return forms.length === 0 && !names.some((name) => name.includes(elsewhere.id));
    });
    await phone.close();
  }, 60_000);

  test('the alerts screen says what failed, and why a keyword is not taken', async () => {
    const { page } = buyer;
    const keywords = '**/v1/me/keyword-alerts*';
    await page.route(keywords, (route) => route.abort());
    await buyer.goesTo('/me/alerts');
    const retry = page.getByRole('button', { name: '다시 시도' });
    await retry.waitFor();
    await page.unroute(keywords);
    await retry.click();
    await page.getByText('아직 알림 키워드가 없어요.').waitFor();
    const box = page.getByLabel('키워드', { exact: true });
    const adds = async (keyword: string) => {
      await box.fill(keyword);
      await page.getByRole('button', { name: '추가' }).click();
    };
    await adds('3만원 이하');
    await page.getByText('가격이나 기호만으로는').waitFor();
    await adds('ㅂ');
    await page.getByText('두 글자 이상 적어 주세요.').waitFor();
    for (const word of ['소파', '책장']) {
      await adds(word);
      await page.getByRole('button', { name: `‘${word}’ 삭제` }).waitFor();
    }
    const refuse: (() => void)[] = [];
    await page.route('**/v1/me/keyword-alerts/*', async (route) => {
      if (refuse.length > 0) return route.continue();
      await new Promise<void>((resolve) => refuse.push(resolve));
      await route.abort();
    });
    const gone = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await page.getByRole('button', { name: '‘소파’ 삭제' }).click();
    await page.getByRole('button', { name: '‘책장’ 삭제' }).click();
    await gone;
    refuse[0]!();
    await page.getByRole('button', { name: '‘소파’ 삭제' }).waitFor();
    expect(await page.getByRole('button', { name: '‘책장’ 삭제' }).count()).toBe(0);
    await page.unrouteAll();
  }, 60_000);

  test('the export is looked for again after a look that failed', async () => {
    const { page } = buyer;
    const line = page.getByText('파일을 준비하고 있어요.');
    const looks: string[] = [];
    await page.route('**/v1/me/export', async (route) => {
      looks.push(route.request().method());
      if (looks.length === 2) return route.abort();
      const state = looks.length === 1 ? { state: 'preparing' } : { state: 'ready' };
      await route.fulfill({ json: { ...state, expiresAt: '2027-01-01T00:00:00.000Z' } });
    });
    await buyer.goesTo('/me/account');
    await line.waitFor();
    await page.getByRole('button', { name: '다시 시도' }).waitFor();
    await line.waitFor();
    await page.getByRole('button', { name: '내려받기', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: '다시 시도' }).count()).toBe(0);
    await page.unrouteAll();
  }, 60_000);

  test('photos of a form that was left are kept until it is sent or given up', async () => {
    const { page } = seller;
    const tiles = page.locator('.photo-tile');
    const kettle = '법랑 주전자';
    await seller.goesTo('/sell');
    const uploads: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/v1/images')) uploads.push(request.url());
    });
    // The second one is left before it is uploaded.
    await page.locator('input[type=file]').setInputFiles([await noise(320, 240, 'front.jpg')]);
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    await page.route('**/v1/images', () => undefined);
    const begun = page.waitForRequest('**/v1/images');
    await page.locator('input[type=file]').setInputFiles([await noise(240, 320, 'back.jpg')]);
    await page.getByRole('progressbar', { name: '사진 2 올리는 중' }).waitFor();
    await begun;
    await page.getByRole('button', { name: '사진 2 앞으로' }).click();
    await page.unrouteAll();
    for (const leave of [() => seller.goesTo('/'), () => page.reload()]) {
      await leave();
      await seller.goesTo('/sell');
      await page.getByText('지난번에 쓰던 내용이에요.').waitFor();
      await page.locator('.photo-progress').waitFor({ state: 'detached' });
      expect(await tiles.count()).toBe(2);
    }
    // What had arrived was not uploaded again.
    expect(uploads).toHaveLength(3);
    await page.getByLabel('제목').fill(kettle);
    await page.getByLabel('카테고리').selectOption('living');
    await page.getByRole('textbox', { name: '가격' }).fill('9000');
    await page.getByRole('button', { name: '올리기' }).click();
    await page.locator('.gallery img').nth(1).waitFor({ state: 'attached' });
    const sizes = await page
      .locator('.gallery img')
      .evaluateAll((images) => images.map((image) => image.getAttribute('width')));
    expect(sizes).toEqual(['240', '320']);
    await seller.goesTo('/sell');
    await page.getByLabel('제목').waitFor();
    expect(await tiles.count()).toBe(0);
    expect(await page.getByText('지난번에 쓰던 내용이에요.').count()).toBe(0);

    await page.locator('input[type=file]').setInputFiles([await noise(90, 90, 'other.jpg')]);
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('button', { name: '새로 쓰기' }).click();
    await tiles.first().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByLabel('제목').waitFor();
    expect(await tiles.count()).toBe(0);
  }, 90_000);

  test('the way of a photo is shown, can be given up, and taken again', async () => {
    const { page } = seller;
    await seller.goesTo('/sell');
    const network = await page.context().newCDPSession(page);
    const slow = (uploadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await network.send('Network.enable');
    await slow(60_000);
    const ring = page.getByRole('progressbar');
    await page
      .locator('input[type=file]')
      .setInputFiles([await noise(900, 700, 'one.jpg'), await noise(900, 700, 'two.jpg')]);
    await eventually('a part of the first photo is out', async () => {
      const now = Number(await ring.first().getAttribute('aria-valuenow'));
      return now > 0 && now < 100;
    });
    await page.getByRole('button', { name: '사진 1 취소' }).click();
    await ring.nth(1).waitFor({ state: 'detached' });
    await slow(-1);
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    expect(await page.locator('.photo-tile').count()).toBe(1);
    expect(await page.getByRole('alert').locator('li').count()).toBe(0);

    await page.route('**/v1/images', (route) =>
      route.fulfill({
        status: 503,
        json: { code: 'UNAVAILABLE' },
        headers: { 'retry-after': '3600' },
      }),
    );
    await page.locator('input[type=file]').setInputFiles([await noise(90, 90, 'three.jpg')]);
    const again = page.getByRole('button', { name: '다시 보내기: 사진 2' });
    await again.waitFor();
    await page.unrouteAll();
    await again.click();
    await again.waitFor({ state: 'detached' });
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    expect(await page.locator('.photo-picture:not(.is-failed)').count()).toBe(2);
    await page.getByRole('button', { name: '사진 1 빼기' }).click();
    await page.getByRole('button', { name: '사진 1 빼기' }).click();
    await page.locator('.photo-tile').first().waitFor({ state: 'detached' });
  }, 90_000);

  test('where to meet is chosen on a map, offers stand together, and who is blocked is let in again', async () => {
    const { page } = seller;
    await seller.goesTo('/sell');
    await page.getByRole('application').press('ArrowUp');
    await page.getByLabel('제목').fill('지도에서 고른 화분');
    await page.getByLabel('카테고리').selectOption('plants');
    await page.getByRole('textbox', { name: '가격' }).fill('7000');
    await page.reload();
    const box = (await page.getByRole('application').boundingBox())!;
    await page.getByRole('application').click({ position: { x: 40, y: box.height / 2 } });
    const sent = page.waitForRequest(
      (one) => one.method() === 'POST' && one.url().endsWith('/v1/listings'),
    );
    await page.getByRole('button', { name: '올리기' }).click();
    const { location } = (await sent).postDataJSON() as view.Listing;
    // Mangwon is where the form begins: a step to the north, kept over the reload, and well over a kilometre to the west.
    expect(location!.latitude).toBeCloseTo(37.557, 3);
    expect(location!.longitude).toBeLessThan(126.895);
    await page.getByRole('heading', { name: '지도에서 고른 화분', level: 2 }).waitFor();

    await seller.goesTo('/me/offers');
    await page.locator('.offer-line', { hasText: bicycle }).getByText('162,000원').waitFor();
    await buyer.goesTo('/me/offers');
    await buyer.page.getByText('아직 받은 제안이 없어요.').waitFor();
    await buyer.page.getByRole('button', { name: '보낸 제안' }).click();
    await buyer.page.locator('.offer-line', { hasText: bicycle }).click();
    await buyer.box.waitFor();

    const stranger = await cluster.person('불청객');
    await buyer.goesTo(`/people/${stranger.id}`);
    // A browser that goes back late: the question closes meanwhile.
    await buyer.page.evaluate(() => {
      const go = history.go.bind(history);
      history.go = (by) => void setTimeout(() => go(by), 300);
    });
    await buyer.page.getByRole('button', { name: '차단하기' }).click();
    await buyer.page.getByRole('dialog').getByRole('button', { name: '차단하기' }).click();
    await buyer.page.getByRole('button', { name: '불청객님 차단 해제' }).click();
    await buyer.page.getByText('차단한 사람이 없어요.').waitFor();
    expect(await buyer.overflow()).toEqual({ page: 0, parts: [] });
  }, 60_000);

  test('an edit is kept over a reload, and a listing whose answer was lost is there once', async () => {
    const { page } = seller;
    const clock = '벽시계 하나';
    await seller.goesTo('/sell');
    await page.locator('input[type=file]').setInputFiles([await noise(300, 300, 'clock.jpg')]);
    await page.locator('.photo-progress').waitFor({ state: 'detached' });
    await page.getByLabel('제목').fill(clock);
    await page.getByLabel('카테고리').selectOption('living');
    await page.getByRole('textbox', { name: '가격' }).fill('20000');
    await page.route('**/v1/listings', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: '올리기' }).click();
    await page.getByText('연결이 원활하지 않아요.').first().waitFor();
    await page.unrouteAll();
    await page.reload();
    await page.getByText('지난번에 쓰던 내용이에요.').waitFor();
    await page.getByRole('button', { name: '올리기' }).click();
    await page.getByRole('heading', { name: clock, level: 2 }).waitFor();
    await page.locator('.gallery img').first().waitFor();

    await page.getByRole('link', { name: '수정' }).click();
    await page.getByLabel('제목').fill('벽시계 둘');
    await page.reload();
    await page.getByText('지난번에 쓰던 내용이에요.').waitFor();
    expect(await page.getByLabel('제목').inputValue()).toBe('벽시계 둘');
    await page.getByRole('button', { name: '고친 내용 버리기' }).click();
    expect(await page.getByLabel('제목').inputValue()).toBe(clock);
    await seller.goesTo('/me');
    await page.getByRole('link', { name: clock }).first().waitFor();
    expect(await page.getByRole('link', { name: clock }).count()).toBe(1);
  }, 60_000);

  test('what is found goes on while one scrolls, and comes back to its place', async () => {
    const trader = await cluster.person('만물상');
    for (let number = 0; number < 45; number += 5)
      await Promise.all(
        [1, 2, 3, 4, 5].map((one) => trader.lists({ title: `보물 상자 ${number + one}` })),
      );
    const { page } = buyer;
    const cards = page.locator('.card:not(.skeleton)');
    const scroller = page.locator('.scroll');
    await buyer.searches('ㅂㅁ ㅅㅈ');
    await cards.nth(19).waitFor();
    while ((await cards.count()) < 45) await cards.last().scrollIntoViewIfNeeded();
    await page.locator('.feed-end').waitFor();
    const title = await cards.nth(32).locator('.card-title').innerText();
    await cards.nth(32).scrollIntoViewIfNeeded();
    const before = await scroller.evaluate((element) => element.scrollTop);
    await cards.nth(32).click();
    await page.getByRole('heading', { name: title, level: 2 }).waitFor();
    await page.goBack();
    await cards.nth(44).waitFor();
    expect(await scroller.evaluate((element) => element.scrollTop)).toBe(before);
    expect(await cards.count()).toBe(45);
    // The arrow is the way back, too, and the history does not grow by it.
    const length = () => page.evaluate('history.length');
    await cards.nth(32).click();
    await page.getByRole('heading', { name: title, level: 2 }).waitFor();
    const there = await length();
    expect(await page.title()).toContain(`${title} · Haggle`);
    await page.getByRole('button', { name: '뒤로' }).click();
    await cards.nth(44).waitFor();
    expect(await scroller.evaluate((element) => element.scrollTop)).toBe(before);
    expect(await length()).toBe(there);
    expect(await page.title()).not.toContain(title);
  }, 60_000);
});

const photosOf = (phone: Phone, text: string) =>
  phone.page.locator('.bubble-row', { hasText: text }).locator('.said-images img');

/** What forms keep on the device: lists of photos, and their files. */
const keptForms = (phone: Phone) =>
  phone.page.evaluate<string[]>(`new Promise((resolve) => {
    const lists = Object.keys(localStorage).filter((key) => /^haggle\\.(sell|edit|room)/.test(key));
    const opened = indexedDB.open('haggle-photos');
    opened.onsuccess = () => {
      const files = opened.result.transaction('files').objectStore('files').getAllKeys();
      files.onsuccess = () => {
        opened.result.close();
        resolve([...lists, ...files.result]);
      };
    };
  })`);

/** A picture that does not compress, as a camera makes it. */
async function noise(width: number, height: number, name: string) {
  const raw = { width, height, channels: 3 } as const;
  const buffer = await sharp(randomBytes(width * height * 3), { raw })
    .jpeg({ quality: 95 })
    .toBuffer();
  return { name, mimeType: 'image/jpeg', buffer };
}
