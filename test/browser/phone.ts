import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import sharp from 'sharp';
import type { TestCluster } from '../support/test-cluster.js';

export type Role = 'buyer' | 'seller';

const width = 360;

/** One person with one phone, in words of the product. Everything waits for what it needs; nothing sleeps. */
export class Phone {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly url: string,
  ) {}

  static async open(
    browser: Browser,
    url: string,
    /** A finger instead of a mouse. */
    { hasTouch = false }: { hasTouch?: boolean } = {},
  ): Promise<Phone> {
    const context = await browser.newContext({
      hasTouch,
      isMobile: hasTouch,
      viewport: { width, height: 740 },
      locale: 'ko-KR',
      timezoneId: 'Asia/Seoul',
    });
    context.setDefaultTimeout(15_000);
    return new Phone(await context.newPage(), context, url);
  }

  /** Of somebody who has just signed up, on the gateway of this number. */
  static async ofSomebodyNew(
    browser: Browser,
    cluster: TestCluster,
    nickname: string,
    gateway: number,
    options?: { hasTouch: boolean },
  ): Promise<Phone> {
    const account = { email: `${randomUUID()}@test.example`, password: 'correct horse battery' };
    await cluster.person(nickname, gateway, account);
    const phone = await Phone.open(browser, cluster.gateways[gateway]!.url, options);
    await phone.signsIn(account);
    await phone.isLive();
    return phone;
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** A sheet that was closed a moment ago still goes back in the history, which would end the navigation. */
  async goesTo(path: string): Promise<void> {
    await this.page.waitForFunction(() => {
      const { sheets = 0 } = (history.state ?? {}) as { sheets?: number };
      return sheets === 0 || document.querySelector('dialog[open]') !== null;
    });
    await this.page.goto(this.url + path);
  }

  /** Opens the demo link and waits until the page is up to date. */
  async signsInAs(role: Role): Promise<void> {
    await this.goesTo(`/?demo=${role}`);
    await this.isLive();
  }

  /** Makes an account, as a newcomer does. */
  async signsUp(person: { email: string; password: string; nickname: string }): Promise<void> {
    await this.goesTo('/me');
    await this.page.getByRole('button', { name: '회원가입' }).first().click();
    await this.page.getByLabel('닉네임').fill(person.nickname);
    await this.fillsIn(person);
    await this.page.locator('form').getByRole('button', { name: '회원가입' }).last().click();
    await this.isLive();
    await this.taps('홈');
  }

  async signsIn(person: { email: string; password: string }): Promise<void> {
    await this.goesTo('/me');
    await this.fillsIn(person);
    await this.page.locator('form').getByRole('button', { name: '로그인' }).last().click();
  }

  /** Signs out and lets somebody else sign in, without a reload. */
  async handsOverTo(person: { email: string; password: string }): Promise<void> {
    await this.taps('나');
    await this.page.getByRole('button', { name: '로그아웃' }).click();
    await this.fillsIn(person);
    await this.page.locator('form').getByRole('button', { name: '로그인' }).last().click();
    await this.page.getByRole('link', { name: '나', exact: true }).waitFor();
  }

  /** A place of the menu, without a reload. */
  async taps(place: string): Promise<void> {
    await this.page.locator('.nav-links').getByRole('link', { name: place, exact: true }).click();
  }

  private async fillsIn({ email, password }: { email: string; password: string }): Promise<void> {
    await this.page.getByLabel('이메일').fill(email);
    await this.page.getByLabel('비밀번호').fill(password);
  }

  /** Types words into the search and sends them off. */
  async searches(words: string): Promise<void> {
    await this.goesTo('/search');
    const box = this.page.getByRole('combobox', { name: '검색' });
    await box.fill(words);
    await box.press('Enter');
  }

  async deletesAccount(password: string): Promise<void> {
    await this.goesTo('/me/account');
    await this.page.getByRole('button', { name: '계정 삭제' }).click();
    const dialog = await this.dialog();
    await dialog.getByLabel('비밀번호').fill(password);
    await dialog.getByRole('button', { name: '삭제하기' }).click();
    await this.page.getByText('계정을 삭제했어요.').waitFor();
  }

  async isLive(): Promise<void> {
    await this.page.locator('[data-phase="live"]').first().waitFor({ state: 'attached' });
  }

  async nodeName(): Promise<string> {
    return (await this.page.locator('.node-badge:visible > [aria-hidden]').innerText()).trim();
  }

  /** A price of 0 is a give-away. */
  async lists(title: string, price: number): Promise<void> {
    await this.goesTo('/sell');
    await this.page.getByLabel('제목').fill(title);
    await this.page.getByLabel('카테고리').selectOption('sports');
    if (price === 0) await this.page.getByLabel('나눔 (무료)').check();
    else await this.page.getByRole('textbox', { name: '가격' }).fill(String(price));
    await this.page.getByLabel('설명').fill('상태 좋아요. 망원역에서 만나요.');
    await this.page.getByRole('button', { name: '올리기' }).click();
    await this.page.getByRole('heading', { name: title, level: 2 }).waitFor();
  }

  /** From the feed to the listing. */
  async opensListing(title: string): Promise<void> {
    await this.goesTo('/');
    await this.page.getByRole('link', { name: title }).first().click();
    await this.page.getByRole('heading', { name: title, level: 2 }).waitFor();
  }

  /** Looks into the list of notifications until this listing is in it. */
  async isTold(title: string): Promise<void> {
    const line = this.page.getByRole('link', { name: title });
    for (let tries = 0; tries < 20 && (await line.count()) === 0; tries += 1) {
      await this.goesTo('/me/notifications');
      await this.page.getByRole('heading', { name: '알림', level: 1 }).waitFor();
      await line
        .first()
        .waitFor({ timeout: 1_000 })
        .catch(() => undefined);
    }
    await line.first().click();
    await this.page.getByRole('heading', { name: title, level: 2 }).waitFor();
  }

  async startsChat(): Promise<void> {
    await this.page.getByRole('button', { name: '채팅하기' }).click();
    await this.box.waitFor();
    await this.isLive();
  }

  /** From the inbox to the room about a listing. */
  async opensChatAbout(title: string): Promise<void> {
    await this.goesTo('/chats');
    await this.page.locator('.chat-row', { hasText: title }).click();
    await this.box.waitFor();
    await this.isLive();
  }

  async says(text: string): Promise<void> {
    await this.box.fill(text);
    // Enter breaks the line on a touch keyboard.
    await this.page.getByRole('button', { name: /^(보내기|Send)$/ }).click();
    await this.sees(text);
  }

  /** Through the menu of the own message. */
  async changes(text: string, to: string): Promise<void> {
    const menu = await this.opensMenuOf(text);
    await menu.getByRole('button', { name: '수정하기' }).click();
    const dialog = this.page.getByRole('dialog', { name: '메시지 수정' });
    await dialog.getByRole('textbox').fill(to);
    await dialog.getByRole('button', { name: '수정하기' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async takesBack(text: string): Promise<void> {
    const dialog = await this.opensMenuOf(text);
    await dialog.getByRole('button', { name: '보내기 취소' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** Says something in answer to a message. */
  async answers(text: string, answer: string): Promise<void> {
    const menu = await this.opensMenuOf(text);
    await menu.getByRole('button', { name: '답장하기' }).click();
    await this.page.locator('.composer-reply', { hasText: text }).waitFor();
    await this.says(answer);
  }

  /** Puts a finger on a message until something opens, and takes it away. */
  async holds(text: string): Promise<void> {
    const { x, y, width, height } = (await this.bubble(text).boundingBox())!;
    const cdp = await this.context.newCDPSession(this.page);
    const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    await this.page.getByRole('dialog').waitFor();
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await cdp.detach();
  }

  /** Tells the moderators of what the other side wrote. */
  async reports(text: string, reason: string): Promise<void> {
    const menu = await this.opensMenuOf(text);
    await menu.getByRole('button', { name: '이 메시지 신고하기' }).click();
    const dialog = this.page.getByRole('dialog', { name: '이 메시지 신고하기' });
    await dialog.getByText(reason).click();
    await dialog.getByRole('button', { name: '신고하기', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await this.page.getByText('신고했어요').waitFor();
  }

  /** Pictures of one colour each, with a caption. */
  async sendsPhotos(count: number, caption: string): Promise<void> {
    const files = Array.from({ length: count }, async (_, index) => ({
      name: `${index}.png`,
      mimeType: 'image/png',
      buffer: await sharp({
        create: { width: 600 + index * 200, height: 600, channels: 3, background: '#3a7' },
      })
        .png()
        .toBuffer(),
    }));
    await this.choosesPhotos(await Promise.all(files));
    await this.says(caption);
  }

  async choosesPhotos(
    files: readonly { name: string; mimeType: string; buffer: Buffer }[],
  ): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles([...files]);
    await this.page
      .locator('.staged-photo')
      .nth(files.length - 1)
      .waitFor();
  }

  /** Pastes a photo into the box, or drops it onto the page. */
  async gives(
    how: 'paste' | 'drop',
    { name, mimeType, buffer }: { name: string; mimeType: string; buffer: Buffer },
  ): Promise<void> {
    await this.box.evaluate(
      (box, given) => {
        const bytes = Uint8Array.from(atob(given.base64), (one) => one.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], given.name, { type: given.mimeType }));
        const options = { bubbles: true, cancelable: true };
        box.dispatchEvent(
          given.how === 'paste'
            ? new ClipboardEvent('paste', { ...options, clipboardData: data })
            : new DragEvent('drop', { ...options, dataTransfer: data }),
        );
      },
      { how, name, mimeType, base64: buffer.toString('base64') },
    );
  }

  async goesOffline(): Promise<void> {
    await this.context.setOffline(true);
  }

  async goesOnline(): Promise<void> {
    await this.context.setOffline(false);
  }

  /** Changes the language and comes back to where they were. */
  async reads(language: string): Promise<void> {
    await this.page.evaluate(`localStorage.setItem('haggle.language', '${language}')`);
    await this.page.reload();
    await this.isLive();
    await this.box.waitFor();
  }

  /** Another window comes to the front: this one stays visible. */
  async looksAway(): Promise<void> {
    await this.page.evaluate(
      `document.hasFocus = () => false; window.dispatchEvent(new Event('blur'))`,
    );
  }

  async looksBack(): Promise<void> {
    await this.page.evaluate(`delete document.hasFocus; window.dispatchEvent(new Event('focus'))`);
  }

  async sees(text: string): Promise<void> {
    await this.bubble(text).waitFor();
  }

  /** A screen reader is told. */
  async hears(announcement: string): Promise<void> {
    await this.page.getByRole('log').getByText(announcement).waitFor({ state: 'attached' });
  }

  async count(text: string): Promise<number> {
    return this.bubble(text).count();
  }

  /** What stands in the bubbles, oldest first. */
  async bubbles(): Promise<string[]> {
    const texts = await this.page.locator('.bubble').allInnerTexts();
    // The name of the other side is there for screen readers alone.
    return texts.map((text) =>
      text
        .split('\n')
        .at(-1)!
        .replace(/^[^:]{1,20}: /, '')
        .trim(),
    );
  }

  async seesReceipt(receipt: 'sent' | 'delivered' | 'read'): Promise<void> {
    await this.page.locator(`[data-delivery="${receipt}"]`).waitFor();
  }

  async opensOfferSheet(): Promise<void> {
    await this.page.getByRole('button', { name: '더 보내기' }).click();
    await this.page.getByRole('button', { name: '가격 제안' }).click();
    await this.page.getByRole('dialog').waitFor();
  }

  async offers(amount: number): Promise<void> {
    await this.opensOfferSheet();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('제안 금액').fill(String(amount));
    await dialog.getByRole('button', { name: /제안하기/ }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async seesOffer(amount: string, state: string): Promise<void> {
    await this.page.locator(`[data-offer-state="${state}"]`, { hasText: amount }).waitFor();
  }

  /** Accepts in the dialog that names the amount. */
  async accepts(amount: string): Promise<void> {
    await this.page.getByRole('button', { name: '수락', exact: true }).click();
    await this.page.getByRole('button', { name: `${amount}에 수락` }).click();
  }

  /** Names another amount in answer to the one that stands. */
  async counters(amount: number): Promise<void> {
    const dialog = await this.opensCounterSheet();
    await dialog.getByLabel('제안 금액').fill(String(amount));
    await dialog.getByRole('button', { name: /제안하기/ }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async opensCounterSheet() {
    await this.page.getByRole('button', { name: '다른 금액 제안하기' }).click();
    return this.dialog();
  }

  /** On the card of the deal in the conversation. */
  async seesDeal(state: string, text: string): Promise<void> {
    await this.page
      .locator(`.deal-card[data-deal-state="${state}"]`, { hasText: text })
      .last()
      .waitFor();
  }

  async proposesMeeting(button: '약속 잡기' | '약속 바꾸기', place: string): Promise<void> {
    await this.dealButton(button).click();
    const dialog = await this.dialog();
    await dialog.getByLabel('날짜와 시간').selectOption({ index: 2 });
    await dialog.getByLabel('시간', { exact: true }).selectOption('오후 3:20');
    await dialog.getByLabel('장소').fill(place);
    await dialog.getByRole('button', { name: '약속 제안하기' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async seesMeeting(place: string, state: 'proposed' | 'confirmed' | 'over'): Promise<void> {
    await this.page
      .locator(`.appointment-line[data-appointment-state="${state}"]`, { hasText: place })
      .waitFor();
  }

  async confirmsMeeting(): Promise<void> {
    await this.dealButton('약속 확정').click();
  }

  async completesDeal(): Promise<void> {
    await this.dealButton('거래 완료').click();
    const dialog = await this.dialog();
    await dialog.getByRole('button', { name: '네, 주고받았어요' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async cancelsDeal(reason: string): Promise<void> {
    await this.dealButton('거래 취소').click();
    const dialog = await this.dialog();
    await dialog.getByLabel(reason).check();
    await dialog.getByRole('button', { name: '거래 취소하기' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  async reviews(words: { rating: string; tags: string[]; text: string }): Promise<void> {
    await this.dealButton('후기 쓰기').click();
    await this.fillsInReview(words);
  }

  async fillsInReview(words: { rating: string; tags: string[]; text: string }): Promise<void> {
    const dialog = await this.dialog();
    await dialog.getByRole('button', { name: words.rating }).click();
    for (const tag of words.tags) await dialog.getByRole('button', { name: tag }).click();
    await dialog.getByLabel('한마디 (선택)').fill(words.text);
    await dialog.getByRole('button', { name: '후기 보내기' }).click();
    await dialog.waitFor({ state: 'detached' });
  }

  /** In the middle of the list. */
  async seesLine(text: string): Promise<void> {
    await this.page.locator('.entry-line', { hasText: text }).last().waitFor();
  }

  /** From the room to the profile of the other side. */
  async opensProfile(): Promise<void> {
    await this.page.locator('.bar .degrees').click();
    await this.page.locator('.manner').waitFor();
  }

  async seesListingState(state: string): Promise<void> {
    await this.page.locator(`.strip .chip-${state}`).waitFor();
  }

  get box() {
    return this.page.getByRole('textbox', { name: /^(메시지|Message)$/ });
  }

  async boxText(): Promise<string> {
    return this.box.inputValue();
  }

  async inputMethod(): Promise<InputMethod> {
    await this.box.focus();
    return new InputMethod(await this.context.newCDPSession(this.page));
  }

  /** By how many pixels anything sticks out of the screen sideways, and what. */
  async overflow(): Promise<{ page: number; parts: string[] }> {
    return this.page.evaluate<{ page: number; parts: string[] }>(`({
      page: document.documentElement.scrollWidth - ${width},
      parts: [...document.querySelectorAll('main, main *, header *, dialog, dialog *')]
        .filter((element) => !element.closest('.chips, .photo-row, .gallery-strip, .visually-hidden, svg, .skip'))
        .filter((element) => element.getBoundingClientRect().right > ${width} + 0.5)
        .map((element) => element.className || element.tagName),
    })`);
  }

  dealButton(name: string) {
    return this.page.locator('.deal-card').getByRole('button', { name }).last();
  }

  async dialog() {
    const dialog = this.page.getByRole('dialog');
    await dialog.waitFor();
    return dialog;
  }

  async opensMenuOf(text: string) {
    const row = this.page.locator('.bubble-row', { hasText: text });
    await row.last().hover();
    await row.last().getByRole('button', { name: '메시지 메뉴' }).click();
    return this.dialog();
  }

  private bubble(text: string) {
    return this.page.locator('.bubble', { hasText: text });
  }
}

/** Drives a composition the way an input method does, through the debugging protocol. */
export class InputMethod {
  constructor(private readonly cdp: CDPSession) {}

  /** Shows each step of a syllable (or word) under composition. */
  async composes(...steps: string[]): Promise<void> {
    for (const text of steps) {
      const end = text.length;
      await this.cdp.send('Input.imeSetComposition', {
        text,
        selectionStart: end,
        selectionEnd: end,
      });
    }
  }

  /** Ends the composition with this text. */
  async commits(text: string): Promise<void> {
    await this.cdp.send('Input.insertText', { text });
  }

  /** An Enter that the input method takes for itself: the page sees key code 229 while it composes. */
  async pressesEnterWhileComposing(): Promise<void> {
    await this.key('rawKeyDown', 229);
  }

  /** The same press as some systems repeat it after the composition, as an ordinary Enter. */
  async repeatsEnter(): Promise<void> {
    await this.cdp.send('Input.dispatchKeyEvent', { ...enter, type: 'keyDown', text: '\r' });
  }

  async releasesEnter(): Promise<void> {
    await this.key('keyUp', 13);
  }

  private async key(type: 'rawKeyDown' | 'keyUp', code: number): Promise<void> {
    await this.cdp.send('Input.dispatchKeyEvent', { ...enter, type, windowsVirtualKeyCode: code });
  }
}

const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
