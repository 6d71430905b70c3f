import { describe } from '@jest/globals';
import type { Browser } from 'playwright-core';

/** How the browser of the tests is started. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A group of tests that needs a browser. Where there is none, it is skipped, and its name says why. */
export function inBrowser(what: string, tests: () => void): void {
  const skipped = process.env.HAGGLE_SKIP_BROWSER;
  const name = `${what} in a browser`;
  if (skipped) describe.skip(`${name} (skipped: ${skipped})`, tests);
  else describe(name, tests);
}

const { CHROMIUM_PATH, CHROMIUM_SHELL_PATH } = process.env;

/** The one without windows, where there is one, unless a test needs what only the whole browser has. */
export const startBrowser = ({ whole = false } = {}): Promise<Browser> =>
  launchChromium({
    executablePath: whole ? CHROMIUM_PATH : (CHROMIUM_SHELL_PATH ?? CHROMIUM_PATH),
    args: flags,
  });
