import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import ts from 'typescript';
import { demoAccounts } from '../../src/users/demo-accounts.js';
import { Person } from '../support/person.js';
import { askForShared } from '../support/shared.js';
import { TestCluster } from '../support/test-cluster.js';
import { startRegistry } from './npm-registry.js';

/**
 * The README of the library, done as it says: installed into an empty folder, and its snippets run there against a real
 * gateway. Type checks of all of them are in examples.test.ts.
 */
const run = promisify(execFile);
let cluster: TestCluster;
let seller: Person;
let readme: string;
/** Holds the clone and the app beside it. */
let home: string;
const app = () => join(home, 'my-app');

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'haggle-readme-'));
  readme = await readFile('client/README.md', 'utf8');
  await askForShared('/client');
  cluster = await TestCluster.start({ demo: true });
  const [minji, junho] = demoAccounts;
  await Person.signUp(cluster.gateways[0]!, minji!.nickname, minji);
  seller = await Person.signUp(cluster.gateways[0]!, junho!.nickname, junho);
}, 240_000);

afterAll(async () => {
  seller?.leaves();
  await Promise.all([cluster?.stop(), rm(home, { recursive: true, force: true })]);
}, 60_000);

test('the package is installed by the lines as they stand', async () => {
  // A clone whose dependencies are there, and in which the library was built by the same command.
  const clone = join(home, 'haggle');
  await Promise.all([mkdir(join(clone, 'client'), { recursive: true }), mkdir(app())]);
  const { scripts, version } = JSON.parse(await readFile('package.json', 'utf8')) as {
    scripts: Record<string, string>;
    version: string;
  };
  expect(scripts['build:client']).toBeDefined();
  const manifest = { name: 'haggle', version, scripts: { 'build:client': 'true' } };
  await writeFile(join(clone, 'package.json'), JSON.stringify(manifest));
  const lock = { lockfileVersion: 3, packages: { '': { name: 'haggle', version } } };
  await writeFile(join(clone, 'package-lock.json'), JSON.stringify(lock));
  for (const part of ['package.json', 'README.md', 'dist'])
    await cp(join('client', part), join(clone, 'client', part), { recursive: true });
  const registry = await startRegistry();
  const [, lines] = /^```sh\n([\s\S]*?)^```/m.exec(readme)!;
  await run('sh', ['-ec', lines!], {
    cwd: home,
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      npm_config_registry: registry.url,
      npm_config_audit: 'false',
      npm_config_update_notifier: 'false',
    },
  }).finally(() => registry.stop());
  const { dependencies } = JSON.parse(await readFile(join(app(), 'package.json'), 'utf8')) as {
    dependencies: object;
  };
  await sharp({ create: { width: 640, height: 480, channels: 3, background: '#3a7' } })
    .png()
    .toFile(join(app(), 'photo.png'));
  expect(Object.keys(dependencies)).toEqual(['@haggle/client']);
}, 120_000);

test('the first program says something, prints it and ends', async () => {
  await seller.lists({ title: '하늘색 픽시 자전거' });
  const [hello] = snippetsOf('Start');
  await writeFile(join(app(), 'hello.mjs'), atGateway(hello!));
  const { stdout } = await run(process.execPath, ['hello.mjs'], { cwd: app() });
  expect(stdout).toBe('민지: Is it still available? (entry 1)\n');
}, 60_000);

/** A heading, which of the code blocks under it, and what it prints. */
const snippets: [heading: string, index: number, prints?: RegExp][] = [
  ['Start', 1, /Is it still available/],
  ['Signing in', 0, /^Minji true$/m],
  ['Sending, and the outbox', 0, /^stored as 4$/m],
  ['Sending, and the outbox', 1],
  ['Conversations', 0],
  ['Receipts and typing', 0],
  ['Edits', 0],
  ['Photos and places', 0],
  ['Photos and places', 1],
  ['Photos and places', 2, /^640 480$/m],
  ['Offers', 0],
  ['Listings, search, blocks', 0, /^\d+ \d+$/m],
  ['Accounts', 0, /true/],
  ['Alerts, following, notifications', 0],
  ['Push notifications', 0],
  ['Traces', 0],
  // Of an offer that was accepted.
  ['Deals and reviews', 0, /completed/],
  ['Errors', 0, /NOT_FOUND/],
  ['Testing your app', 0],
  ['Testing your app', 1],
];
let answers: Promise<Ran[]> | undefined;

test.each(snippets.map(([heading, , prints], at) => ({ heading, at, prints })))(
  'what stands under "$heading" runs ($at)',
  async ({ at, prints = /^/ }) => {
    const { [at]: ran } = await (answers ??= runAll());
    expect(ran).toEqual({ printed: expect.stringMatching(prints) });
  },
  120_000,
);

/** The code blocks under a heading, in their order. */
function snippetsOf(heading: string): string[] {
  const [, section] = readme.split(`\n## ${heading}\n`);
  const [text] = section!.split('\n## ');
  return [...text!.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
}

const atGateway = (code: string) =>
  code.replaceAll(
    /'(http:\/\/localhost:3000|https:\/\/chat\.example)'/g,
    `'${cluster.gateways[0]!.url}'`,
  );

interface Ran {
  printed: string;
  error?: string;
}

/** Runs them in the app by one program, each as somebody who is signed in and in a room. */
async function runAll(): Promise<Ran[]> {
  const somebody = await Person.signUp(cluster.gateways[0]!, '은지');
  const files = await Promise.all(
    snippets.map(async ([heading, index], at) => {
      const isDeal = heading === 'Deals and reviews';
      const file = `snippet-${at}.mjs`;
      const code = snippetsOf(heading)[index]! + (isDeal ? theDeal : '');
      await writeFile(join(app(), file), runnable(code, somebody.id));
      const listing = await seller.lists({});
      return { file, listingId: listing.id, accepted: isDeal };
    }),
  );
  const asked = { url: cluster.gateways[0]!.url, snippets: files };
  await writeFile(join(app(), 'snippets.json'), JSON.stringify(asked));
  await cp('test/client/readme-snippets.mjs', join(app(), 'run.mjs'));
  const { stdout } = await run(process.execPath, ['run.mjs'], { cwd: app() });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Ran);
}

const theDeal =
  "console.log((await market.listMyDeals({ state: 'ended' })).items.map(({ state }) => state));";

/** Without types, and about what is there. */
function runnable(code: string, somebody: string): string {
  const words = atGateway(code)
    .replaceAll(`client.open({ listingId: 'the-listing' })`, `client.open(shown)`)
    .replaceAll(`changeListing('the-listing'`, `changeListing(listed`)
    .replaceAll(`'somebody'`, `'${somebody}'`)
    .replaceAll(/room\.(edit|unsend)\(12/g, 'room.$1(1');
  return ts.transpileModule(words, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  }).outputText;
}
