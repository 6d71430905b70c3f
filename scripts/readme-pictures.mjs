#!/usr/bin/env node
/**
 * Makes the pictures of the README from a running Haggle (`npm start`): `node scripts/readme-pictures.mjs`.
 * Settings: HAGGLE_URL_A and HAGGLE_URL_B (two gateways), CHROMIUM_PATH.
 */
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';

const buyerUrl = process.env.HAGGLE_URL_A ?? 'http://localhost:3000';
const sellerUrl = process.env.HAGGLE_URL_B ?? 'http://localhost:3001';
const folder = new URL('../docs/images/', import.meta.url);
const file = (name) => new URL(name, folder).pathname;
const phoneSize = { width: 390, height: 780 };
const deskSize = { width: 1280, height: 800 };

const thing = {
  title: '로드자전거 (XS, 작년 봄 구입)',
  description: '한강만 다녔어요. 브레이크 패드와 체인은 새것이에요.\n망원역 2번 출구에서 만나요.',
  price: 180_000,
};

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
});
try {
  const buyer = await openAs('buyer', buyerUrl, phoneSize);
  const seller = await openAs('seller', sellerUrl, phoneSize);

  await listThing(seller);
  await buyer.goto(buyerUrl);
  await buyer.getByRole('link', { name: thing.title }).first().waitFor();
  await isLive(buyer);
  await buyer.screenshot({ path: file('feed.png') });

  await buyer.getByRole('link', { name: thing.title }).first().click();
  await buyer.getByRole('button', { name: '채팅하기' }).click();
  await say(buyer, '안녕하세요! 자전거 아직 있나요?');
  await openChat(seller, buyer);
  await say(seller, '네, 있어요. 체인도 새로 갈았습니다.');
  await say(buyer, '오늘 저녁에 망원역에서 볼 수 있을까요?');
  await say(seller, '좋아요, 7시 어떠세요?');
  await seen(buyer, '7시');
  await offer(buyer, 162_000, '바로 갈 수 있어요');
  await seller.getByRole('button', { name: '수락', exact: true }).waitFor();
  await buyer.locator('[data-delivery="read"]').waitFor();
  await type(seller, '음, 그 가격이면 괜찮겠네요');
  await buyer.locator('.typing').waitFor();
  await sideBySide(buyer, seller);

  await seller.getByRole('textbox', { name: '메시지' }).fill('');
  await seller.getByRole('button', { name: '수락', exact: true }).click();
  await seller.getByRole('button', { name: /에 수락$/ }).click();
  await buyer.locator('.strip .chip-reserved').waitFor();
  await buyer.locator('.typing').waitFor({ state: 'detached' });
  await buyer.screenshot({ path: file('room.png') });

  const desk = await openAs('buyer', buyerUrl, deskSize);
  await openChat(desk, buyer);
  await desk.locator('.offer-card').last().waitFor();
  await desk.screenshot({ path: file('desktop.png') });
} finally {
  await browser.close();
}

async function openAs(role, url, viewport) {
  const context = await browser.newContext({
    viewport,
    deviceScaleFactor: 2,
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(`${url}/?demo=${role}`);
  await isLive(page);
  return page;
}

function isLive(page) {
  return page.locator('.node-badge[data-phase="live"]:visible').waitFor();
}

async function listThing(page) {
  await page.goto(`${sellerUrl}/sell`);
  await page.getByLabel('제목').fill(thing.title);
  await page.getByLabel('카테고리').selectOption('sports');
  await page.getByRole('textbox', { name: '가격' }).fill(String(thing.price));
  await page.getByLabel('설명').fill(thing.description);
  await page.getByRole('button', { name: '올리기' }).click();
  await page.getByRole('heading', { name: thing.title, level: 2 }).waitFor();
}

/** The same conversation, on another device. */
async function openChat(page, sameAs) {
  await page.goto(new URL(new URL(sameAs.url()).pathname, page.url()).href);
  await page.getByRole('textbox', { name: '메시지' }).waitFor();
  await isLive(page);
}

async function say(page, text) {
  await page.getByRole('textbox', { name: '메시지' }).fill(text);
  await page.keyboard.press('Enter');
  await seen(page, text);
}

function seen(page, text) {
  return page.locator('.bubble', { hasText: text }).waitFor();
}

/** As slowly as people do: typing is told at most once in three seconds, and a message was sent just before. */
function type(page, text) {
  return page.getByRole('textbox', { name: '메시지' }).pressSequentially(text, { delay: 300 });
}

async function offer(page, amount, note) {
  await page.getByRole('button', { name: '가격 제안' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('제안 금액').fill(String(amount));
  await dialog.getByLabel('한마디').fill(note);
  await dialog.getByRole('button', { name: /제안하기/ }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Both phones in one picture, put together by the browser itself. */
async function sideBySide(left, right) {
  const shots = await Promise.all([left, right].map((page) => page.screenshot()));
  const phones = shots.map(
    (shot) => `<img src="data:image/png;base64,${shot.toString('base64')}" />`,
  );
  const page = await browser.newPage({
    viewport: { width: 940, height: 880 },
    deviceScaleFactor: 1.6,
  });
  await page.setContent(`
    <style>
      body { margin: 0; height: 100vh; display: flex; gap: 56px; align-items: center;
        justify-content: center; background: linear-gradient(150deg, #f6d9c6, #f1e3cf 55%, #d8e6dc); }
      img { width: 390px; border: 9px solid #231d18; border-radius: 42px; background: #231d18;
        box-shadow: 0 18px 50px rgb(60 40 20 / 28%); }
    </style>
    ${phones.join('')}`);
  await page.screenshot({ path: file('two-phones.png') });
  await page.close();
}
