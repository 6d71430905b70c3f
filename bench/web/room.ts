import type { Browser, CDPSession, Page } from 'playwright-core';
import type { Ground } from './ground.js';
import { middle, slowness } from './visit.js';

export interface RoomFigures {
  /** Messages that the page held in the end, and elements that it had. */
  loaded: number;
  elements: number;
  /** Milliseconds of the longest task: while pages of history came, while scrolling, and that at CPU ×4. */
  loadingMs: number;
  scrollingMs: number;
  slowScrollingMs: number;
  /** From the key to the picture at CPU ×4, medians: by the clock, and of the page's main thread. */
  sendingMs: number;
  sendingWorkMs: number;
}

/** Milliseconds after which no further history is loaded. */
const loadingMost = 60_000;
/** Turns of the wheel, and pixels of each. */
const wheel = { turns: 40, px: 900 };
const sends = 5;

/** Reads a long room back to its first message, scrolls through it, and writes something. */
export async function stayInRoom(
  browser: Browser,
  url: string,
  ground: Ground,
): Promise<RoomFigures> {
  const context = await browser.newContext({
    locale: 'ko-KR',
    viewport: { width: 390, height: 844 },
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  let oldest = ground.messages;
  page.on('response', (response) => {
    const before = new URL(response.url()).searchParams.get('beforeSeq');
    if (before && response.ok()) oldest = Math.max(1, Number(before) - 40);
  });
  await page.goto(`${url}/me`);
  await page.getByLabel('이메일').fill(ground.reader.email);
  await page.getByLabel('비밀번호').fill(ground.password);
  await page.locator('form').getByRole('button', { name: '로그인' }).last().click();
  await page.getByRole('link', { name: '채팅' }).first().click();
  await page.locator('.chat-row').click();
  await page.locator('.bubble').first().waitFor();

  const loadingMs = await longestTask(cdp, () => page.evaluate(loadAll, loadingMost));
  const loaded = ground.messages - oldest + 1;
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  await page.mouse.move(195, 400);
  const scrollingMs = await longestTask(cdp, () => scroll(page));
  await slow(cdp, slowness);
  const slowScrollingMs = await longestTask(cdp, () => scroll(page));
  await page.evaluate(toEnd);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const each: { clockMs: number; workMs: number }[] = [];
  for (let number = 1; number <= sends; number += 1) each.push(await send(page, cdp, number));
  await slow(cdp, 1);
  await context.close();
  return {
    ...{ loaded, elements, loadingMs, scrollingMs, slowScrollingMs },
    sendingMs: middle(each.map(({ clockMs }) => clockMs)),
    sendingWorkMs: middle(each.map(({ workMs }) => workMs)),
  };
}

const slow = (cdp: CDPSession, rate: number) =>
  cdp.send('Emulation.setCPUThrottlingRate', { rate });

/** With the wheel down and up, and to the middle as by the scroll bar. */
async function scroll(page: Page): Promise<void> {
  const turn = async (px: number) => {
    for (let number = 0; number < wheel.turns; number += 1) await page.mouse.wheel(0, px);
  };
  await turn(wheel.px);
  await page.evaluate(() => {
    const list = document.querySelector('.messages')!;
    list.scrollTop = list.scrollHeight / 2;
  });
  await turn(-wheel.px);
  await turn(wheel.px);
}

async function send(page: Page, cdp: CDPSession, number: number) {
  const text = `${Date.now()} ${number}`;
  await page.getByRole('textbox', { name: '메시지' }).fill(text);
  await page.evaluate(watchFor, text);
  const before = await workMs(cdp);
  await page.keyboard.press('Enter');
  const clockMs = await page.evaluate(() => (window as unknown as Watched).shown);
  return { clockMs, workMs: (await workMs(cdp)) - before };
}

/** What the page's main thread has done, in milliseconds of processor time. */
async function workMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}

/**
 * Milliseconds of processor time of the longest task of a page's main thread meanwhile: what else the machine does is
 * not in it.
 */
async function longestTask(cdp: CDPSession, act: () => Promise<unknown>): Promise<number> {
  const longest = new Map<string, number>();
  const mains = new Set<string>();
  const take = ({ value }: { value: object[] }) => {
    for (const event of value as TraceEvent[]) {
      const thread = `${event.pid} ${event.tid}`;
      if (event.name === 'thread_name' && event.args?.name === 'CrRendererMain') mains.add(thread);
      if (event.tdur !== undefined && event.name.endsWith('RunTask'))
        longest.set(thread, Math.max(longest.get(thread) ?? 0, event.tdur / 1_000));
    }
  };
  cdp.on('Tracing.dataCollected', take);
  await cdp.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'] },
  });
  await act();
  const ended = new Promise<unknown>((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await ended;
  cdp.off('Tracing.dataCollected', take);
  return Math.max(...[...mains].map((thread) => longest.get(thread) ?? 0));
}

interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds of processor time. */
  tdur?: number;
  args?: { name?: string };
}

interface Watched {
  /** Milliseconds from the key until the picture with what was watched for. */
  shown: Promise<number>;
}

/* What follows runs in the page. */

async function loadAll(mostMs: number): Promise<void> {
  const list = document.querySelector('.messages')!;
  const end = performance.now() + mostMs;
  while (!document.querySelector('.messages-top .safety') && performance.now() < end) {
    list.scrollTop = 0;
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

async function toEnd(): Promise<void> {
  const list = document.querySelector('.messages')!;
  for (let frame = 0; frame < 10; frame += 1) {
    list.scrollTop = list.scrollHeight;
    await new Promise(requestAnimationFrame);
  }
}

function watchFor(text: string): void {
  let pressed = 0;
  addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), {
    once: true,
    capture: true,
  });
  const list = document.querySelector('.messages')!;
  const shown = new Promise<number>((resolve) => {
    const look = () => {
      const bubble = [...list.querySelectorAll('.bubble')].at(-1);
      const there =
        bubble?.textContent?.includes(text) &&
        bubble.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom + 1;
      if (!there) return void requestAnimationFrame(look);
      // The frame that is being prepared shows it; what is posted now comes after it.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - pressed);
      port2.postMessage(null);
    };
    requestAnimationFrame(look);
  });
  Object.assign(window, { shown });
}
