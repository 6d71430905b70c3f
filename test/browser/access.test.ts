import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { callRest, type Person } from '../support/person.js';
import { TestCluster } from '../support/test-cluster.js';
import { inBrowser, startBrowser } from './browser.js';

/** Whether everybody can use every screen: judged by axe, at the largest type that browsers offer, and by keyboard. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const password = 'correct horse battery';

interface Mix {
  locale: string;
  colorScheme: 'light' | 'dark';
  viewport: { width: number; height: number };
}

const desk = { width: 1280, height: 800 };
/** Pages that are no part of the app. */
const served = ['/docs/events', '/docs/states', '/docs/errors', '/dev/mailbox', '/admin'];

/** Each language and each theme once; the desktop has other landmarks than the phone. */
const mixes: readonly Mix[] = [
  { locale: 'ko-KR', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { locale: 'en-GB', colorScheme: 'dark', viewport: desk },
];

inBrowser('every screen', () => {
  let cluster: TestCluster;
  let browser: Browser;
  let buyer: Person;
  let seller: Person;
  let operator: Person;
  const emails = new Map<Person, string>();
  /** By the pattern of its route. */
  let paths: Record<string, string>;
  /** Dialogs that were looked at. */
  let opened = 0;

  const newPerson = async (nickname: string) => {
    const email = `${randomBytes(8).toString('hex')}@test.example`;
    const person = await cluster.person(nickname, 0, { email, password });
    emails.set(person, email);
    return person;
  };

  beforeAll(async () => {
    [cluster, browser] = await Promise.all([TestCluster.start(), startBrowser()]);
    [buyer, seller, operator] = await Promise.all([
      newPerson('민지'),
      newPerson('준호'),
      newPerson('도윤'),
    ]);
    await callRest(cluster.gateways[0]!.url, 'PUT', `/v1/admin/users/${operator.id}/role`, {
      body: { role: 'operator' },
    });
    const listing = await seller.lists({ title: '하늘색 자전거', price: 180_000 });
    const room = await buyer.asksAbout(listing);
    await buyer.sends(room, '아직 있나요?');
    await seller.sends(room, '네, https://example.com 에 사진 더 있어요');
    const standing = await seller.lists({ title: '접이식 의자', price: 30_000 });
    const agreed = await buyer.asksAbout(standing);
    const { offer } = await buyer.offers(agreed, 27_000);
    await seller.call('POST', `/v1/offers/${offer.id}/accept`, {
      version: offer.version,
      amount: 27_000,
      clientMessageId: randomUUID(),
    });
    paths = {
      '/': '/',
      '/search': `/search?q=${encodeURIComponent('자전거')}`,
      '/listings/:id': `/listings/${listing.id}`,
      '/listings/:id/edit': `/listings/${listing.id}/edit`,
      '/listings/:id/offers': `/listings/${standing.id}/offers`,
      '/people/:id': `/people/${seller.id}`,
      '/chats/:id': `/chats/${agreed.id}`,
      '/me/deals/:list?': '/me/deals',
      '/operator/:list?': '/operator',
      '/moderation/contests/:id?': '/moderation/contests',
      '/moderation/reports/:id?': '/moderation/reports',
    };
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    await cluster?.stop();
  }, 60_000);

  /** A window in which this person is signed in. */
  async function windowOf(
    person: Person,
    { locale, colorScheme, viewport }: Mix,
  ): Promise<{ context: BrowserContext; page: Page }> {
    const context = await browser.newContext({
      locale,
      colorScheme,
      viewport,
      // Colours are judged when they stand still.
      reducedMotion: 'reduce',
      bypassCSP: true,
      // No screen looks otherwise with one, and each window would install its own.
      serviceWorkers: 'block',
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await page.goto(`${cluster.gateways[0]!.url}/me`);
    await page.locator('input[type=email]').fill(emails.get(person)!);
    await page.locator('input[type=password]').fill(password);
    await page.locator('form button[type=submit]').click();
    await page.locator('a[href="/me/account"]').waitFor();
    return { context, page };
  }

  async function shows(page: Page, path: string): Promise<void> {
    await page.goto(cluster.gateways[0]!.url + path);
    // The bar of a screen is there before what it shows, and has no name until then.
    await page.waitForFunction(
      `document.querySelector('h1')?.textContent && !document.querySelector('[aria-busy=true], .skeleton')`,
    );
  }

  /** What axe finds, each as a line. */
  async function findings(page: Page): Promise<string[]> {
    // Once a page: a dialog is part of the page that it opens over.
    if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe);
    return page.evaluate(`axe
      .run({ resultTypes: ['violations'] })
      .then(({ violations }) => violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, any }) => id + ' ' + target.join(' ') + ' ' + (any[0]?.message ?? ''))))`);
  }

  /** Opens every dialog that the screen has a button for, one after another. */
  async function findingsInDialogs(page: Page, route: string): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    const buttons = page.locator('main button[aria-haspopup=dialog]:visible');
    for (let index = 0; index < (await buttons.count()); index += 1) {
      const button = buttons.nth(index);
      const name = (await button.innerText()) || (await button.getAttribute('aria-label'));
      await button.click();
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      const lines = await findings(page);
      if (lines.length > 0) found[`${route}, ${name}`] = lines;
      opened += 1;
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      // The browser has taken the step of the dialog back.
      await page.waitForFunction(`!history.state?.sheets`);
      // Where one was is where one is.
      await button.and(page.locator(':focus')).waitFor();
    }
    return found;
  }

  const routes = [
    ...readFileSync('web/src/app/app.tsx', 'utf8').matchAll(/<Route path="([^"]+)"/g),
  ].map(([, route]) => route!);

  /** The address of a route; those without an id are their own. */
  const pathOf = (route: string): string => {
    const path = paths[route] ?? route;
    if (path.includes(':')) throw new Error(`${route} has no address here`);
    return path;
  };

  const ownerOf = (route: string): Person =>
    /^\/(moderation|operator)/.test(route)
      ? operator
      : /^\/listings\/:id\//.test(route)
        ? seller
        : buyer;

  test.each(mixes)(
    'has nothing that axe objects to ($locale, $colorScheme)',
    async (mix) => {
      const found: Record<string, string[]> = {};
      opened = 0;
      for (const owner of [buyer, seller, operator]) {
        const { context, page } = await windowOf(owner, mix);
        for (const route of routes.filter((one) => ownerOf(one) === owner)) {
          await shows(page, pathOf(route));
          const lines = await findings(page);
          if (lines.length > 0) found[route] = lines;
          Object.assign(found, await findingsInDialogs(page, route));
        }
        await context.close();
      }
      expect(routes.length).toBeGreaterThan(15);
      expect(opened).toBeGreaterThan(10);
      expect(found).toEqual({});
    },
    240_000,
  );

  test('nor have the pages for developers and operators', async () => {
    const found: Record<string, unknown> = {};
    for (const { colorScheme } of mixes) {
      const context = await browser.newContext({ colorScheme, viewport: desk, bypassCSP: true });
      const page = await context.newPage();
      for (const path of served) {
        await page.goto(cluster.gateways[0]!.url + path);
        const lines = await findings(page);
        if (await page.evaluate(`document.documentElement.scrollWidth > innerWidth`))
          lines.push('is wider than the window');
        if (lines.length > 0) found[`${path} ${colorScheme}`] = lines;
      }
      await context.close();
    }
    expect(found).toEqual({});
  }, 60_000);

  test('fits a phone whose owner reads letters of twice the size', async () => {
    const found: Record<string, unknown> = {};
    for (const owner of [buyer, seller]) {
      const { context, page } = await windowOf(owner, mixes[0]!);
      await page.addInitScript(`document.documentElement.style.fontSize = '200%'`);
      for (const route of routes.filter((one) => ownerOf(one) === owner)) {
        await shows(page, pathOf(route));
        const wide = await page.evaluate(`document.documentElement.scrollWidth - innerWidth`);
        if (wide !== 0) found[route] = wide;
      }
      await context.close();
    }
    expect(found).toEqual({});
  }, 120_000);

  test('is used by keyboard alone, from the feed to an offer that is accepted', async () => {
    const [atBuyer, atSeller] = await Promise.all(
      [buyer, seller].map((person) => windowOf(person, { ...mixes[1]!, locale: 'ko-KR' })),
    );
    const { page } = atBuyer!;
    const focused = () => page.evaluate(() => document.activeElement!.tagName);
    await shows(page, '/');
    await goesTo(page, 'Tab', '하늘색 자전거');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '하늘색 자전거', level: 2 }).waitFor();
    expect(await focused()).toBe('H1');
    await goesTo(page, 'Tab', '채팅하기');
    await page.keyboard.press('Enter');
    await page.locator('.composer-box:focus').waitFor();
    await page.keyboard.type('오늘 볼 수 있을까요?');
    await page.keyboard.press('Enter');
    await page.locator('.bubble', { hasText: '오늘 볼 수 있을까요?' }).waitFor();
    await goesTo(page, 'Shift+Tab', '가격 제안');
    await page.keyboard.press('Enter');
    await page.locator('dialog input:focus').waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('162000');
    await page.keyboard.press('Enter');
    await page.locator('.offer-card', { hasText: '162,000원' }).waitFor();
    await page.locator('.composer-box:focus').waitFor();

    const { page: other } = atSeller!;
    await shows(other, new URL(page.url()).pathname);
    await goesTo(other, 'Tab', '수락');
    await other.keyboard.press('Enter');
    await goesTo(other, 'Tab', '162,000원에 수락');
    await other.keyboard.press('Enter');
    await page.locator('[data-offer-state=accepted]').waitFor();
    // The button is gone that had the focus.
    await other.locator('.composer-box:focus').waitFor();
    await other.waitForFunction(`document.title.includes('민지 · Haggle')`);
    await Promise.all([atBuyer, atSeller].map((one) => one!.context.close()));
  }, 120_000);

  /** Moves the focus until it is on what has this name. */
  async function goesTo(page: Page, key: 'Tab' | 'Shift+Tab', name: string): Promise<void> {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press(key);
      const at = await page.evaluate(() => {
        const control = document.activeElement?.closest('a, button');
        return control?.getAttribute('aria-label') ?? control?.textContent ?? '';
      });
      if (at.includes(name)) return;
    }
    throw new Error(`no way to ${name} by ${key}`);
  }
});
