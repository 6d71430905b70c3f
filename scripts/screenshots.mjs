#!/usr/bin/env node
/**
 * `npm run screenshots`: starts Haggle on free ports with the data of the demo, and takes a picture of every main screen
 * in both languages into docs/images/screens. Chromium and a Hangul font are installed where that needs nobody's consent.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { findChromium } from './checks/chromium.mjs';
import { findHangulFont } from './checks/hangul-font.mjs';
import { root } from './prepare/command.mjs';
import { prepare } from './prepare/prepare.mjs';

const folder = join(root, 'docs/images/screens');
const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 1.5 };
const desk = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 };

/** What is taken: of whom, at which address, and whether also on a desk, and in the dark. */
const screens = [
  { name: 'feed', of: 'guest', path: () => '/', desk: true, dark: true },
  { name: 'search', of: 'guest', path: () => '/search' },
  { name: 'listing', of: 'guest', path: ({ listing }) => `/listings/${listing.id}`, dark: true },
  { name: 'welcome', of: 'guest', path: () => '/me' },
  { name: 'chats', of: 'buyer', path: () => '/chats' },
  { name: 'room', of: 'buyer', path: ({ room }) => `/chats/${room.id}`, desk: true, dark: true },
  { name: 'me', of: 'buyer', path: () => '/me', desk: true },
  { name: 'my-offers', of: 'buyer', path: () => '/me/offers' },
  { name: 'favourites', of: 'buyer', path: () => '/me/favourites' },
  { name: 'notifications', of: 'seller', path: () => '/me/notifications' },
  { name: 'alerts', of: 'buyer', path: () => '/me/alerts' },
  { name: 'account', of: 'buyer', path: () => '/me/account' },
  { name: 'sell', of: 'seller', path: () => '/sell', desk: true },
  { name: 'listing-offers', of: 'seller', path: ({ wanted }) => `/listings/${wanted.id}/offers` },
  { name: 'person', of: 'buyer', path: ({ seller }) => `/people/${seller.user.id}` },
];

const words = {
  ko: {
    sold: '로드자전거 (XS, 작년 봄 구입)',
    wanted: '접이식 캠핑 의자 두 개',
    about: '한강만 다녔어요. 브레이크 패드와 체인은 새것이에요.\n망원역 2번 출구에서 만나요.',
    said: [
      ['buyer', '안녕하세요! 아직 있나요?'],
      ['seller', '네, 있어요. 체인도 새로 갈았습니다.'],
      ['buyer', '오늘 저녁에 망원역에서 볼 수 있을까요?'],
    ],
  },
  en: {
    sold: 'Road bike (XS, bought last spring)',
    wanted: 'Two folding camping chairs',
    about:
      'Only ridden along the river. Brake pads and chain are new.\nLet us meet at Mangwon station.',
    said: [
      ['buyer', 'Hello! Is it still available?'],
      ['seller', 'Yes, it is. The chain is new, too.'],
      ['buyer', 'Could we meet at Mangwon station tonight?'],
    ],
  },
};

const { progress, buildFailure } = await prepare();
if (buildFailure) throw new Error(buildFailure);
const [{ path: executablePath, reason }, noHangul] = [
  await findChromium(progress),
  await findHangulFont(progress),
];
if (!executablePath) throw new Error(reason);
if (noHangul) console.warn(`Korean is drawn as boxes: ${noHangul}`);

const haggle = await startHaggle();
const browser = await chromium.launch({
  executablePath,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
});
try {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const language of ['ko', 'en']) {
    const story = await play(language);
    await take(language, story, 'phone', phone, 'light', screens);
    const onDesk = screens.filter((screen) => screen.desk);
    await take(language, story, 'desk', desk, 'light', onDesk);
    const inTheDark = screens.filter((screen) => screen.dark);
    await take(language, story, 'phone-dark', phone, 'dark', inTheDark);
  }
} finally {
  await browser.close();
  await haggle.stop();
}
const names = await readdir(folder);
const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
const kilobytes = Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1_000);
console.log(`${names.length} pictures, ${kilobytes} kB, in docs/images/screens`);

async function startHaggle() {
  const dataDir = await mkdtemp(join(tmpdir(), 'haggle-screenshots-'));
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    cwd: root,
    env: { ...process.env, PORT: String(port), GATEWAYS: '1', DATA_DIR: dataDir, RIVAL: 'off' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('Ctrl-C stops everything')) resolve();
    });
    child.once('exit', () => reject(new Error(`Haggle did not start:\n${said}`)));
  });
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGINT');
      await exit;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The two people of the demo talk about one thing until it is agreed, and haggle about another. */
async function play(language) {
  const { items } = await ask('GET', '/demo/accounts');
  const spoken = items.filter((account) => (account.language ?? 'ko') === language);
  const signIn = async (role) => {
    const { email, password } = spoken.find((account) => account.role === role);
    return ask('POST', '/auth/login', { email, password });
  };
  const [buyer, seller] = [await signIn('buyer'), await signIn('seller')];
  const people = { buyer, seller };
  const { sold, wanted, about, said } = words[language];
  const list = (title, price) =>
    ask(
      'POST',
      '/listings',
      {
        title,
        price,
        description: about,
        category: 'sports',
        location: { latitude: 37.5561, longitude: 126.9052 },
      },
      seller,
    );
  const open = (listing) => ask('POST', '/conversations', { listingId: listing.id }, buyer);
  const id = () => crypto.randomUUID();
  const offer = (room, amount) =>
    ask('POST', `/conversations/${room.id}/offers`, { clientMessageId: id(), amount }, buyer);

  const other = await list(wanted, 48_000);
  await offer(await open(other), 40_000);
  const listing = await list(sold, 180_000);
  await ask('PUT', `/listings/${listing.id}/favourite`, undefined, buyer);
  const room = await open(listing);
  for (const [who, text] of said)
    await ask(
      'POST',
      `/conversations/${room.id}/messages`,
      { clientMessageId: id(), text },
      people[who],
    );
  const { offer: made } = await offer(room, 162_000);
  const accepted = { amount: made.amount, version: made.version, clientMessageId: id() };
  await ask('POST', `/offers/${made.id}/accept`, accepted, seller);
  return { buyer, seller, listing, room, wanted: other };
}

async function ask(method, path, body, person) {
  const answer = await fetch(`${haggle.url}/v1${path}`, {
    method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(person ? { authorization: `Bearer ${person.accessToken}` } : {}),
    },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

/** One context a person, since who is signed in is kept there. */
async function take(language, story, size, device, colorScheme, wanted) {
  for (const of of ['guest', 'buyer', 'seller']) {
    const mine = wanted.filter((screen) => screen.of === of);
    if (mine.length === 0) continue;
    const context = await browser.newContext({
      ...device,
      colorScheme,
      locale: language === 'ko' ? 'ko-KR' : 'en-GB',
      timezoneId: 'Asia/Seoul',
      reducedMotion: 'reduce',
    });
    // The tour of the demo would cover a third of every picture.
    await context.addInitScript(() => localStorage.setItem('haggle.tour', 'seen'));
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    if (of !== 'guest') {
      await page.goto(`${haggle.url}/?demo=${of}&lang=${language}`);
      await page.waitForFunction(() => sessionStorage.getItem('haggle.session') !== null);
    }
    for (const { name, path } of mine) {
      await page.goto(haggle.url + path(story));
      await page.locator('main').getByRole('heading').first().waitFor();
      await page.waitForLoadState('networkidle');
      const picture = await page.screenshot();
      await sharp(picture)
        .webp({ quality: 80, effort: 6 })
        .toFile(join(folder, `${name}-${size}-${language}.webp`));
    }
    await context.close();
  }
}
