import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { groundsOf, record, round, table } from '../report.js';
import { findServers } from '../servers.js';
import { Ground } from './ground.js';
import { stayInRoom, type RoomFigures } from './room.js';
import { visit, type VisitFigures } from './visit.js';

/** `npm run bench:web`: docs/benchmarks.md describes it and its options under "The web client". */
const { values } = parseArgs({
  options: {
    /** `dist` of another build, which is measured in the same run. */
    dist: { type: 'string' },
    messages: { type: 'string', default: '10000' },
    /** Prints the figures only, and changes neither the page nor the results. */
    dry: { type: 'boolean', default: false },
  },
});
const messages = Number(values.messages);
const builds = [
  ...(values.dist ? [{ name: 'the other build', dist: resolve(values.dist) }] : []),
  { name: 'this build', dist: resolve('dist') },
];

const servers = await findServers();
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_PATH'],
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
});
const ground = await Ground.prepare(servers, `web_${randomBytes(6).toString('hex')}`, messages);
const figures: Record<string, { visit: VisitFigures; room: RoomFigures }> = {};
try {
  for (const { name, dist } of builds) {
    const url = await ground.serve(dist);
    console.log(`${name}: first visits`);
    const first = await visit(browser, url);
    console.log(`${name}: a room of ${round(messages)} messages`);
    figures[name] = { visit: first, room: await stayInRoom(browser, url, ground) };
  }
} finally {
  await browser.close();
  await ground.end();
}

const { date, machine, words } = groundsOf(servers);
const rows: [string, (all: (typeof figures)[string]) => string, string][] = [
  ['first visit: ms until the skeleton', ({ visit: one }) => round(one.skeletonMs), ''],
  ['… until the feed can be used', ({ visit: one }) => round(one.usableMs), '2,000'],
  ['… bytes of script', ({ visit: one }) => round(one.scriptBytes), '80,000'],
  ['room: messages that were loaded by scrolling', ({ room }) => round(room.loaded), ''],
  ['… elements on the page then', ({ room }) => round(room.elements), ''],
  ['… longest task while they came, ms', ({ room }) => round(room.loadingMs), '50'],
  ['… longest task while scrolling, ms', ({ room }) => round(room.scrollingMs), '50'],
  ['… the same at CPU ×4', ({ room }) => round(room.slowScrollingMs), ''],
  ['… ms until an own message is drawn, CPU ×4', ({ room }) => round(room.sendingMs), '100'],
  ['… of which the page works', ({ room }) => round(room.sendingWorkMs), ''],
];
const text = [
  `${words}; Chromium ${browser.version()}.`,
  table(
    ['the web client', ...Object.keys(figures), 'at most'],
    rows.map(([what, of, most]) => [what, ...Object.values(figures).map(of), most]),
  ),
].join('\n\n');
console.log(`\n${text}`);
if (!values.dry)
  record('npm run bench:web', 'web.json', { date, machine, messages, figures }, text);
