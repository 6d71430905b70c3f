import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';

/** The list of chats: what it shows, and what one does with a chat in it, with a mouse, by keys and by a finger. */

const [bicycle, lamp, camera] = ['하늘색 픽시 자전거', '해운대 조명', '필름 카메라'] as const;

inBrowser('The chat list', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** Buys the first two things of 준호, and sells the third to 서연. */
  let minji: Person, junho: Person, seoyeon: Person;
  const chats: Record<string, view.Conversation> = {};

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared(), startBrowser()]);
    [minji, junho, seoyeon] = (await Promise.all(
      ['민지', '준호', '서연'].map((name) => cluster.person(name)),
    )) as [Person, Person, Person];
    chats[bicycle] = await minji.asksAbout(await junho.lists({ title: bicycle }));
    chats[lamp] = await minji.asksAbout(await junho.lists({ title: lamp }));
    chats[camera] = await seoyeon.asksAbout(await minji.lists({ title: camera }));
    await minji.sends(chats[bicycle], '아직 있나요?');
    await minji.sends(chats[lamp], '조명 아직 있나요?');
    await junho.sends(chats[lamp], '네, 있어요');
    await seoyeon.sends(chats[camera], '필름도 주시나요?');
    [context, page] = await opens({ viewport: { width: 1280, height: 800 } });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    for (const person of [minji, junho, seoyeon]) person?.leaves();
    await cluster?.stop();
  }, 60_000);

  /** The chats of 민지 in a browser of its own. */
  async function opens(device: object): Promise<[BrowserContext, Page]> {
    const opened = await browser.newContext({ locale: 'ko-KR', ...device });
    const tab = await opened.newPage();
    await tab.goto(`${cluster.gateways[0]!.url}/chats`);
    await tab.getByLabel('이메일').fill(minji.user.email);
    await tab.getByLabel('비밀번호').fill('correct horse battery');
    await tab.getByRole('button', { name: '로그인' }).last().click();
    await tab.locator('.chat-item').first().waitFor();
    return [opened, tab];
  }

  const row = (title: string, tab = page): Locator => tab.locator('.chat-item', { hasText: title });

  /** Waits until the list is this, from the top. */
  const lists = async (titles: readonly string[], tab = page) => {
    for (const [index, title] of titles.entries())
      await tab.locator(`.chat-item:nth-child(${index + 1})`, { hasText: title }).waitFor();
    await tab.locator(`.chat-item:nth-child(${titles.length + 1})`).waitFor({ state: 'detached' });
    expect(await tab.locator('.chat-item .chat-thing').allInnerTexts()).toEqual(titles);
  };

  const filters = (name: string, tab = page) =>
    tab.locator('.chat-filters').getByRole('button', { name, exact: true }).click();

  /** By keys alone. */
  const chooses = async (title: string, act: string) => {
    await row(title)
      .getByRole('button', { name: /채팅 메뉴$/ })
      .focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('dialog');
    await menu.getByRole('button', { name: act, exact: true }).focus();
    await page.keyboard.press('Enter');
    await menu.waitFor({ state: 'detached' });
  };

  const swipesLeft = async (phone: BrowserContext, tab: Page, where: Locator) => {
    const { y, width, height } = (await where.boundingBox())!;
    const session = await phone.newCDPSession(tab);
    const touches = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...xs: number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: xs.map((x) => ({ x, y: y + height / 2 })),
      });
    await touches('touchStart', width - 40);
    for (let x = width - 50; x > 60; x -= 20) await touches('touchMove', x);
    await touches('touchEnd');
  };

  test('says who spoke last and what is unread, and is narrowed to what one looks for', async () => {
    await lists([camera, lamp, bicycle]);
    expect(await row(bicycle).locator('.chat-line').innerText()).toBe('나: 아직 있나요?');
    expect(await row(lamp).locator('.chat-line').innerText()).toBe('네, 있어요');
    const weight = (title: string) =>
      row(title)
        .locator('.chat-line')
        .evaluate((line) => getComputedStyle(line).fontWeight);
    expect([await weight(camera), await weight(lamp), await weight(bicycle)]).toEqual([
      '700',
      '700',
      '400',
    ]);
    await filters('안 읽음');
    await lists([camera, lamp]);
    await filters('구매');
    await lists([lamp, bicycle]);
    await filters('판매');
    await lists([camera]);
    await filters('보관함');
    await page.getByText('보관한 채팅이 없어요.').waitFor();
    await filters('전체');
    await lists([camera, lamp, bicycle]);
  }, 60_000);

  test('a chat that is looked at stays in the list of unread ones until another is', async () => {
    await filters('안 읽음');
    await row(lamp).locator('.chat-row').click();
    await page.getByRole('textbox', { name: '메시지' }).waitFor();
    await row(lamp).locator('.badge').waitFor({ state: 'detached' });
    await lists([camera, lamp]);
    await filters('전체');
    await page.getByRole('textbox', { name: '메시지' }).fill('그럼 오늘');
    expect(await row(lamp).locator('.chat-line').innerText()).toBe('네, 있어요');
    await row(bicycle).locator('.chat-row').click();
    await row(lamp).getByText('임시글: 그럼 오늘').waitFor();
    await row(lamp).locator('.chat-row').click();
    await page.getByRole('textbox', { name: '메시지' }).fill('');
    await row(bicycle).locator('.chat-row').click();
    await row(lamp).getByText('네, 있어요').waitFor();
    await page.goto(`${cluster.gateways[0]!.url}/chats`);
    await row(lamp).waitFor();
  }, 60_000);

  test('who is there has a dot', async () => {
    await junho.connects();
    await row(bicycle).getByText('접속 중').waitFor({ state: 'attached' });
    expect(await row(camera).getByText('접속 중').count()).toBe(0);
  }, 60_000);

  test('what is pinned stays on top of what comes in; what is muted says so', async () => {
    await chooses(bicycle, '고정');
    await lists([bicycle, camera, lamp]);
    await junho.sends(chats[lamp]!, '오늘 오실래요?');
    await lists([bicycle, lamp, camera]);
    await chooses(lamp, '알림 끄기');
    await row(lamp).getByText('알림 꺼짐').waitFor({ state: 'attached' });
    await chooses(bicycle, '고정 해제');
    await lists([lamp, camera, bicycle]);
    // The focus is where it was: on the row that moved.
    const menu = row(bicycle).getByRole('button', { name: /채팅 메뉴$/ });
    await expect(menu.evaluate((button) => button === document.activeElement)).resolves.toBe(true);
  }, 60_000);

  test('what is archived is out of the way until somebody writes', async () => {
    await chooses(camera, '보관');
    await page.getByText('보관함으로 옮겼어요.').waitFor();
    await lists([lamp, bicycle]);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('chat-list');
    await filters('보관함');
    await lists([camera]);
    await seoyeon.sends(chats[camera]!, '내일은 어때요?');
    await page.getByText('보관한 채팅이 없어요.').waitFor();
    await filters('전체');
    await lists([camera, lamp, bicycle]);
  }, 60_000);

  test('a finger reaches the same by a swipe, and other devices follow', async () => {
    const [phone, tab] = await opens({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
    });
    await lists([camera, lamp, bicycle], tab);
    const button = row(lamp, tab).getByRole('button', { name: '보관', exact: true });
    const rightEdge = () =>
      button.evaluate((element) => Math.round(element.getBoundingClientRect().right));
    expect(await rightEdge()).toBeGreaterThan(390);
    await swipesLeft(phone, tab, row(lamp, tab));
    await eventually('the row has come to rest', async () => (await rightEdge()) === 390);
    await button.tap();
    await lists([camera, bicycle], tab);
    await lists([camera, bicycle]);
    // The page itself never moves sideways.
    expect(await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await phone.close();
    await context.close();
  }, 60_000);
});
