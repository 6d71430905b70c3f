import type { Page, Route } from 'playwright-core';

/**
 * A network on which no answer comes before it is let through: a page is seen with all that it waits for still missing,
 * and what moves when each part comes.
 */
export class HeldAnswers {
  private readonly held: Route[] = [];

  private constructor(private readonly page: Page) {}

  static async of(page: Page): Promise<HeldAnswers> {
    const answers = new HeldAnswers(page);
    await page.addInitScript(() => {
      const moved: string[] = [];
      Object.assign(window, { moved });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as LayoutShift[])
          for (const { node, previousRect: before, currentRect: now } of entry.sources) {
            const element = node instanceof Element ? node : node?.parentElement;
            const name = `${element?.localName}.${element?.className}`;
            // Words that change push what stands beside them, which is no harm.
            if (before.y !== now.y) moved.push(`${name}: ${before.y} → ${now.y}`);
          }
      }).observe({ type: 'layout-shift', buffered: true });
      // A busy machine connects late, and the banner says so.
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.banner { display: none }');
      document.adoptedStyleSheets = [sheet];
    });
    await page.route('**/v1/**', (route) => void answers.held.push(route));
    return answers;
  }

  /** Everything that waits now and what it leads to, the last asked first, each drawn before the next comes. */
  async come(): Promise<void> {
    while (this.held.length > 0) {
      const route = this.held.pop()!;
      const answered = this.page.waitForResponse((one) => one.request() === route.request());
      await route.continue();
      await (await answered).finished();
      await this.isDrawn();
    }
  }

  /** What has moved on the screen since the page was opened, of all that nobody touched. */
  async moved(): Promise<string[]> {
    await this.isDrawn();
    return this.page.evaluate('moved');
  }

  get waiting(): number {
    return this.held.length;
  }

  private async isDrawn(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
  }
}

/** Not in the types of the DOM yet (https://wicg.github.io/layout-instability/). */
interface LayoutShift extends PerformanceEntry {
  sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
}
