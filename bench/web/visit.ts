import type { Browser } from 'playwright-core';

export interface VisitFigures {
  /** Milliseconds from the start of the visit, medians. */
  skeletonMs: number;
  usableMs: number;
  /** Bytes of script as they come over the wire. */
  scriptBytes: number;
}

const visits = 3;
/** A train, and a cheap phone. */
const network = { downloadThroughput: 200_000, uploadThroughput: 200_000, latency: 150 };
export const slowness = 4;

/** First visits of a phone without anything kept, over a slow line. */
export async function visit(browser: Browser, url: string): Promise<VisitFigures> {
  const each: VisitFigures[] = [];
  for (let number = 0; number < visits; number += 1) each.push(await visitOnce(browser, url));
  return {
    skeletonMs: middle(each.map(({ skeletonMs }) => skeletonMs)),
    usableMs: middle(each.map(({ usableMs }) => usableMs)),
    scriptBytes: middle(each.map(({ scriptBytes }) => scriptBytes)),
  };
}

async function visitOnce(browser: Browser, url: string): Promise<VisitFigures> {
  const context = await browser.newContext({
    locale: 'ko-KR',
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.emulateNetworkConditions', { offline: false, ...network });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowness });
  await page.addInitScript(noteFirstSights);
  await page.goto(url);
  await page.locator('.cards[aria-busy=false] .card').first().waitFor({ timeout: 60_000 });
  const figures = await page.evaluate(() => {
    const { skeletonMs, usableMs } = (window as unknown as { sights: Record<string, number> })
      .sights;
    const scriptBytes = performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.endsWith('.js'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0);
    return { skeletonMs: skeletonMs!, usableMs: usableMs!, scriptBytes };
  });
  await context.close();
  return figures;
}

/** Runs in the page, before anything of it: notes when something is there for the first time. */
function noteFirstSights() {
  const sights: Record<string, number> = {};
  const wanted = { skeletonMs: '.skeleton', usableMs: '.cards[aria-busy=false] .card' };
  Object.assign(window, { sights });
  const look = () => {
    for (const [name, selector] of Object.entries(wanted))
      if (document.querySelector(selector)) sights[name] ??= performance.now();
    if (sights['usableMs'] === undefined) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

export function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
