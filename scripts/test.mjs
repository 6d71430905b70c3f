#!/usr/bin/env node
/**
 * `npm test`: everything that is judged, from a fresh clone: build, then all tests beside real servers, and static checks.
 * Goes on after a failure so that one run tells everything; the last line counts checks and tests together.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from './checks/chromium.mjs';
import { readJestReport } from './checks/jest-report.mjs';
import { staticChecks } from './checks/static-checks.mjs';
import { ensureBuild } from './prepare/build.mjs';
import { root } from './prepare/command.mjs';
import { importCompiled, prepare } from './prepare/prepare.mjs';

const tally = { passed: 0, failed: 0, skipped: 0 };
/** What is printed while something spins must not land in the spinner. */
let print = console.log;

try {
  const { progress } = await prepare({ build: false });
  print = progress.line;
  // Downloads wait for the network and tests for deadlines: the checks take the time that is left.
  const checks = Promise.all(staticChecks().map(({ name, check }) => step(name, check)));
  const [browser] = await Promise.all([
    findChromium(progress),
    step('build', () => ensureBuild(progress)).then(() => downloadServers(progress)),
  ]);
  const own = process.argv.slice(2);
  if (own.length > 0) {
    await step('tests', () => runTests(progress, browser, own), { counted: false });
    await checks;
  } else {
    const apart = ['--testPathIgnorePatterns=/test/(bench|clients|faults/long)/'];
    await step('tests', () => runTests(progress, browser, apart, { inMemory: true }), {
      counted: false,
    });
    await checks;
    // Two servers and their load share the cores: what else runs would be measured with them. Their data is on disk.
    await step('benchmark', () => runTests(progress, browser, ['test/bench/']), {
      counted: false,
    });
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  tally.failed += 1;
}
const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
console.log(`${tally.passed} passed, ${tally.failed} failed${skipped}`);
process.exit(tally.failed > 0 ? 1 : 0);

/** Runs one step, named with its duration; `work` resolves to undefined or to the complaint. */
async function step(name, work, { counted = true } = {}) {
  const since = Date.now();
  const complaint = await work().catch((error) => error.message ?? String(error));
  const seconds = `${((Date.now() - since) / 1_000).toFixed(1)} s`;
  if (complaint === undefined) {
    if (counted) tally.passed += 1;
    print(`ok      ${name} (${seconds})`);
  } else {
    tally.failed += 1;
    print(`FAILED  ${name} (${seconds})\n${complaint.replace(/^/gm, '        ')}`);
  }
}

/** What the tests run beside; a failure is told by the tests, which need it. */
async function downloadServers(progress) {
  const compiled = await importCompiled('scripts/test-servers.js').catch(() => undefined);
  await compiled?.downloadServers(progress);
}

/** The tests count one by one; a complaint is about the run as a whole. */
async function runTests(
  progress,
  { path: chromium, shell, reason },
  args,
  { inMemory = false } = {},
) {
  if (!chromium) {
    console.log(`Browser tests are skipped: ${reason}`);
    // Where nobody reads along, a skipped test would look like a passed one.
    if (process.env.CI === 'true') tally.failed += 1;
  }
  const { runWithServers } = await importCompiled('scripts/test-servers.js');
  const folder = mkdtempSync(join(tmpdir(), 'haggle-report-'));
  try {
    const report = join(folder, 'jest.json');
    const code = await runWithServers({
      command: process.execPath,
      args: [join(root, 'scripts/checks/run-jest.mjs'), report, ...args],
      env: {
        ...process.env,
        ...(chromium ? { CHROMIUM_PATH: chromium } : { HAGGLE_SKIP_BROWSER: reason }),
        ...(shell && { CHROMIUM_SHELL_PATH: shell }),
      },
      progress,
      inMemory,
    });
    const counts = readJestReport(report);
    if (!counts) return `jest ended (code ${code}) before it reported`;
    for (const kind of Object.keys(tally)) tally[kind] += counts[kind];
    if (code !== 0 && counts.failed === 0) return `jest ended with code ${code}`;
    if (counts.passed + counts.failed === 0) return 'no test ran';
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
