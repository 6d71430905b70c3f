import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { startBrowser } from '../browser/browser.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { askForShared } from '../support/shared.js';
import { TestCluster } from '../support/test-cluster.js';
import { demoAccounts } from '../../src/users/demo-accounts.js';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const examples = 'client/examples';

/** A program of the examples, run as a reader would. */
class Run {
  output = '';

  constructor(private readonly child: ChildProcess) {
    const keep = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
  }

  prints(text: string): Promise<boolean> {
    return eventually(`prints ${text}`, () => this.output.includes(text)).catch(() => {
      throw new Error(`it did not print ${text}:\n${this.output}`);
    });
  }

  async ends(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exit;
  }
}

describe('The examples run', () => {
  let cluster: TestCluster;
  let seller: Person;
  const started: Run[] = [];
  const start = (args: string[], env: Record<string, string> = {}) => {
    const child = spawn(process.execPath, args, {
      cwd: at(''),
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const run = new Run(child);
    started.push(run);
    return run;
  };

  beforeAll(async () => {
    cluster = await TestCluster.start({ demo: true });
    const [gateway] = cluster.gateways;
    const [minji, junho] = demoAccounts;
    await Person.signUp(gateway!, minji!.nickname, minji);
    seller = await Person.signUp(gateway!, junho!.nickname, junho);
    await seller.lists({ title: '하늘색 픽시 자전거' });
  }, 60_000);

  afterAll(async () => {
    await Promise.all(started.map((run) => run.ends()));
    seller?.leaves();
    await cluster?.stop();
  }, 60_000);

  test('in Node: a demo person says something and prints what arrives', async () => {
    await askForShared('/client');
    const { url } = cluster.gateways[0]!;
    const run = start([`${examples}/node/chat.mjs`, url, 'buyer', '아직 있나요?']);
    await run.prints('signed in as 민지');
    await run.prints('> 아직 있나요? (entry 1)');
    const device = await seller.connects();
    const [conversation] = (
      await seller.gets<{ items: { id: string }[] }>('GET', '/v1/conversations')
    ).items;
    await seller.sends(conversation!, '네, 있어요');
    await run.prints('< 네, 있어요');
    device.close();
  }, 120_000);

  const skipped = process.env['HAGGLE_SKIP_BROWSER'];
  (skipped ? test.skip : test)(
    'in a browser: a page shows, sends and catches up',
    async () => {
      const vite = start(
        [
          'node_modules/vite/bin/vite.js',
          `${examples}/browser`,
          '--port',
          '0',
          '--host',
          '127.0.0.1',
        ],
        { HAGGLE_URL: cluster.gateways[0]!.url, NO_COLOR: '1' },
      );
      await vite.prints('Local:');
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(vite.output) ?? [];
      const browser = await startBrowser();
      try {
        const page = await browser.newPage();
        await page.goto(address!);
        await page.getByText('live', { exact: true }).waitFor();
        await page.getByRole('heading', { name: '하늘색 픽시 자전거' }).waitFor();
        await page.getByLabel('Message').fill('오늘 볼 수 있나요?');
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByRole('listitem').filter({ hasText: '민지: 오늘 볼 수 있나요?' }).waitFor();
        const [conversation] = (
          await seller.gets<{ items: { id: string }[] }>('GET', '/v1/conversations')
        ).items;
        await seller.sends(conversation!, '저녁에 오세요');
        await page.getByRole('listitem').filter({ hasText: '준호: 저녁에 오세요' }).waitFor();
      } finally {
        await browser.close();
      }
    },
    120_000,
  );
});

test('the React Native example bundles for that platform without anything of Node', () => {
  const external = [
    'react',
    'react/jsx-runtime',
    'react-native',
    '@react-native-async-storage/async-storage',
    '@react-native-community/netinfo',
    'expo-crypto',
  ];
  const code = execFileSync(process.execPath, [
    at('test/support/bundle.mjs'),
    at(`${examples}/react-native/App.tsx`),
    external.join(),
    'react-native,import,default',
  ]).toString();
  const imported = [...code.matchAll(/\bfrom\s*["']([^"']+)["']/g)].map(([, name]) => name!);
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((name) => !external.includes(name))).toEqual([]);
  expect(code).not.toMatch(/\brequire\(/);
}, 60_000);

test('the examples, and every snippet of the README of the library, pass the type check', async () => {
  await askForShared('/client');
  const { config } = ts.readConfigFile(at(`${examples}/tsconfig.json`), (path) =>
    ts.sys.readFile(path),
  ) as { config: object };
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, at(examples));
  // Against the types that people install: they are written out, which takes a third of the work of the sources.
  const { exports } = JSON.parse(readFileSync(at('client/package.json'), 'utf8')) as {
    exports: Record<string, string | { types: string }>;
  };
  for (const [entry, file] of Object.entries(exports))
    if (typeof file === 'object')
      parsed.options.paths![join('@haggle/client', entry)] = [at(join('client', file.types))];
  const snippets = snippetsOf(readFileSync(at('client/README.md'), 'utf8'));
  expect(snippets.size).toBeGreaterThan(8);
  const host = ts.createCompilerHost(parsed.options);
  const plain = { ...host };
  host.readFile = (path) => snippets.get(path) ?? plain.readFile(path);
  host.fileExists = (path) => snippets.has(path) || plain.fileExists(path);
  const names = [...parsed.fileNames, ...snippets.keys(), at(`${examples}/node/chat.mjs`)];
  const nodeTypes = { ...parsed.options, types: ['node', 'jest'] };
  const program = ts.createProgram(names, { ...nodeTypes, noEmit: true }, host);
  // What they import is checked by `npm run lint`.
  const problems = names
    .flatMap((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name)))
    .map(({ file, messageText }) => [
      file?.fileName,
      ts.flattenDiagnosticMessageText(messageText, '\n'),
    ]);
  expect(problems).toEqual([]);
}, 120_000);

/** Each as a module of its own, with what its neighbours in the text have made before. */
function snippetsOf(readme: string): Map<string, string> {
  const prelude = `
import type * as haggle from '@haggle/client';
import type * as testing from '@haggle/client/testing';
declare global {
  const client: haggle.HaggleClient;
  const room: haggle.RoomHandle;
  const gateway: testing.MockGateway;
  const photo: Blob;
  const photos: Blob[];
}
`;
  const found = [...readme.matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)];
  const named = found.map(
    ([, kind, code], index) =>
      [at(`${examples}/readme-${index + 1}.${kind}`), `${code}\nexport {};\n`] as const,
  );
  return new Map([[at(`${examples}/readme-prelude.ts`), prelude], ...named]);
}
