#!/usr/bin/env node
/**
 * `npm run audit`: fails for an advisory about a package that runs in production, unless `audit-exceptions.json` says
 * why it does not concern Haggle, and until when that was judged. Outside `npm test`: an advisory may come on any day,
 * and must not make yesterday's code fail. Where the registry cannot be asked it says so, and passes.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { run } from '../prepare/command.mjs';

const exceptionsFile = new URL('./audit-exceptions.json', import.meta.url);

/**
 * What stands against the packages, a line each; empty: nothing. `report`: of `npm audit --json`; `exceptions`: each
 * `{ advisory, reason, until }`, where `advisory` is its address and `until` a date after which it is judged anew.
 */
export function judge(report, exceptions, today) {
  const excepted = new Set(
    exceptions.filter(({ until }) => until >= today).map(({ advisory }) => advisory),
  );
  const found = Object.values(report.vulnerabilities ?? {}).flatMap(({ name, via }) =>
    // A text names another package of the report, which has the advisory itself.
    via.filter((one) => typeof one === 'object').map(({ url, title }) => ({ name, url, title })),
  );
  return found
    .filter(({ url }) => !excepted.has(url))
    .map(({ name, url, title }) => `${name}: ${title} (${url})`);
}

async function main() {
  const { output } = await run('npm audit --omit=dev --json');
  const report = readReport(output);
  if (!report?.vulnerabilities) {
    console.log('Advisories: the registry could not be asked, so nothing was judged.');
    return;
  }
  const exceptions = JSON.parse(readFileSync(exceptionsFile, 'utf8'));
  const wrong = judge(report, exceptions, new Date().toISOString().slice(0, 10));
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) process.exitCode = 1;
  else console.log('Advisories: none that was not judged.');
}

/** The JSON in what npm printed; undefined: there is none. */
function readReport(output) {
  try {
    return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
