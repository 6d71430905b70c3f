import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Browser, Route } from 'playwright-core';
import type { view } from '../../src/contract/index.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';
import { Phone } from './phone.js';

/** Rows that may be drawn at once, however long the room is. */
const rowsMost = 100;

inBrowser('A long room', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let reader: Phone;
  let seller: Person;
  let buyer: Person;
  let room: view.Conversation;
  const [messages, read] = [400, 250];
  const password = 'correct horse battery';

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.shared(), startBrowser()]);
    [seller, buyer] = await Promise.all([cluster.person('준호'), cluster.person('민지', 1)]);
    room = await buyer.asksAbout(await seller.lists());
    await buyer.sends(room, '말 1번');
    for (let number = 2; number <= messages; number += 1) await says(`말 ${number}번`);
    await buyer.gets('PUT', `/v1/conversations/${room.id}/receipts`, { readSeq: read });
    reader = await Phone.open(browser, cluster.gateways[1]!.url);
    await reader.signsIn({ email: buyer.user.email, password });
    await reader.taps('채팅');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  const says = (text: string) => seller.sends(room, text);
  /** Up to where the seller is told that everything was read. */
  const readSeq = async () => {
    const told = await seller.gets<view.Conversation>('GET', `/v1/conversations/${room.id}`);
    return told.cursors[buyer.id]!.readSeq;
  };
  const list = () => reader.page.locator('.messages');
  const row = (text: string) => reader.page.locator('.bubble-row', { hasText: text });
  const line = () => reader.page.getByText('여기부터 안 읽었어요');
  const rows = () => reader.page.locator('.message-rows > li').count();
  /** Pixels from the upper edge of the list to that of the row. */
  const topOf = async (text: string) => {
    const [inner, outer] = await Promise.all([row(text).boundingBox(), list().boundingBox()]);
    return inner!.y - outer!.y;
  };
  /** Whether its row is in sight, at least partly. */
  const inSight = async (text: string) => {
    if ((await row(text).count()) === 0) return false;
    const { height } = (await list().boundingBox())!;
    const top = await topOf(text);
    return top > -20 && top < height;
  };
  const oldestDrawn = async () =>
    Number(/\d+/.exec(await reader.page.locator('.bubble').first().innerText())![0]);
  const eventuallyInSight = (text: string) =>
    eventually(`${text} is in sight`, () => inSight(text));

  test('it opens at the first unread message, and only what was in sight is read', async () => {
    await reader.page.locator('.chat-row').click();
    await line().waitFor();
    await eventuallyInSight(`말 ${read + 1}번`);
    expect(await inSight(`말 ${read}번`)).toBe(true);
    expect(await topOf(`말 ${read + 1}번`)).toBeGreaterThan(0);
    expect(await inSight(`말 ${messages}번`)).toBe(false);
    const seen = await eventually('something is read', async () => {
      const seq = await readSeq();
      return seq > read && seq;
    });
    expect(seen).toBeLessThan(read + 40);
    await reader.page.getByRole('button', { name: `새 메시지 ${messages - seen}개` }).waitFor();
    expect(await rows()).toBeLessThan(rowsMost);
  }, 60_000);

  test('the place stays while older messages come, up to the first one', async () => {
    const held: Route[] = [];
    await reader.page.route(/messages\?.*beforeSeq/, (route) => void held.push(route));
    for (;;) {
      await list().evaluate((element) => element.scrollTo(0, 0));
      const complete = () => reader.page.locator('.safety').isVisible();
      await eventually('a page is asked for, or all is there', async () =>
        held.length > 0 ? true : complete(),
      );
      const page = held.shift();
      if (!page) break;
      const oldest = await oldestDrawn();
      const top = await topOf(`말 ${oldest}번`);
      await page.continue();
      await eventually('older messages are there', async () => (await oldestDrawn()) < oldest);
      expect(Math.abs((await topOf(`말 ${oldest}번`)) - top)).toBeLessThan(3);
      expect(await rows()).toBeLessThan(rowsMost);
    }
    await reader.page.unroute(/messages\?.*beforeSeq/);
    await eventuallyInSight('말 1번');
  }, 60_000);

  test('a tap leads to the newest, and then all is read', async () => {
    await reader.page.locator('.pill').click();
    await eventuallyInSight(`말 ${messages}번`);
    await reader.page.locator('.pill').waitFor({ state: 'detached' });
    await eventually('all is read', async () => (await readSeq()) === messages);
    expect(await rows()).toBeLessThan(rowsMost);
  }, 60_000);

  test('it stays at the end for what comes in, and elsewhere counts it', async () => {
    await says('바로 보여요');
    await eventuallyInSight('바로 보여요');
    await eventually('it is read', async () => (await readSeq()) === messages + 1);

    await reader.page.mouse.move(180, 300);
    await reader.page.mouse.wheel(0, -1_500);
    await reader.page.getByRole('button', { name: '맨 아래로' }).waitFor();
    await says('아래에 왔어요');
    const pill = reader.page.getByRole('button', { name: '새 메시지 1개' });
    await pill.waitFor();
    expect(await inSight('아래에 왔어요')).toBe(false);
    expect(await readSeq()).toBe(messages + 1);
    await reader.says('내 말은 바로 보여요');
    await eventuallyInSight('내 말은 바로 보여요');
    await pill.waitFor({ state: 'detached' });
    await eventually('it is read', async () => (await readSeq()) >= messages + 2);
  }, 60_000);

  test('what comes into sight of a window without the focus is read when it has the focus', async () => {
    await reader.looksAway();
    await says('창이 뒤에 있어요');
    await eventuallyInSight('창이 뒤에 있어요');
    await eventually('it was delivered', async () => {
      const told = await seller.gets<view.Conversation>('GET', `/v1/conversations/${room.id}`);
      return told.cursors[buyer.id]!.deliveredSeq === messages + 4;
    });
    expect(await readSeq()).toBeLessThan(messages + 4);
    await reader.looksBack();
    await eventually('it is read', async () => (await readSeq()) === messages + 4);
  }, 60_000);

  test('a tap on what a message answers goes there, however far back it is', async () => {
    await reader.page.reload();
    await eventuallyInSight('창이 뒤에 있어요');
    expect(await row('말 3번').count()).toBe(0);
    await seller.gets('POST', `/v1/conversations/${room.id}/messages`, {
      clientMessageId: randomUUID(),
      text: '그 말이 맞아요',
      replyToSeq: 3,
    });
    await row('그 말이 맞아요')
      .getByRole('button', { name: /말 3번/ })
      .click();
    await reader.page.locator('.bubble-row:focus', { hasText: '말 3번' }).waitFor();
    expect(await inSight('말 3번')).toBe(true);
    expect(await inSight('말 2번')).toBe(true);
    expect(await rows()).toBeLessThan(rowsMost);
  }, 60_000);

  test('its days are named as people name them, and no two regions alike', async () => {
    await list().evaluate((element) => element.scrollTo(0, 0));
    await eventuallyInSight('말 1번');
    const days = reader.page.locator('.day');
    // Midnight may have come meanwhile.
    expect(['오늘', '어제']).toContain(await days.first().innerText());
    await reader.page.clock.setFixedTime(Date.now() + 10 * 86_400_000);
    await says('열흘 뒤에 읽어요');
    await days
      .getByText(/^\d{4}년 \d+월 \d+일 .요일$/)
      .first()
      .waitFor();

    const names = await reader.page
      .locator('section[aria-label], [role=region]')
      .evaluateAll((regions) => regions.map((one) => one.getAttribute('aria-label')));
    expect(names.length).toBeGreaterThan(1);
    expect(new Set(names).size).toBe(names.length);
  }, 60_000);
});
