import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { SourceTextModule, createContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type * as core from '../../client/index.js';
import { askForShared } from '../support/shared.js';

const run = promisify(execFile);
let home: string;
/** The package as npm would put it into an app. */
let installed: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'haggle-client-'));
  const source = join(home, 'source');
  await mkdir(source);
  for (const file of ['package.json', 'README.md'])
    await cp(resolve('client', file), join(source, file)).catch((error: NodeJS.ErrnoException) => {
      if (file === 'package.json' || error.code !== 'ENOENT') throw error;
    });
  await askForShared('/client');
  await cp(resolve('client/dist'), join(source, 'dist'), { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--offline', '--pack-destination', home], {
    cwd: source,
  });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  installed = join(home, 'app/node_modules/@haggle/client');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(home, filename), '-C', installed, '--strip-components=1']);
  // Its dependencies, and nothing else of this repository, are within reach.
  await mkdir(join(home, 'app/node_modules/@types'));
  for (const name of ['socket.io-client', 'react', '@types/react', 'csstype'])
    await symlink(resolve('node_modules', name), join(home, 'app/node_modules', name));
}, 180_000);

afterAll(() => rm(home, { recursive: true, force: true }));

test('the package holds what it imports, and zod in the mock gateway alone', async () => {
  const files = await readdir(join(installed, 'dist'), { recursive: true });
  expect(files).toEqual(
    expect.arrayContaining(['client/index.js', 'client/index.d.ts', 'LICENSE']),
  );
  expect(files.filter((file) => file.startsWith('src/contract/')).sort()).toEqual([
    'src/contract/account-limits.d.ts',
    'src/contract/account-limits.js',
    'src/contract/chat-limits.d.ts',
    'src/contract/chat-limits.js',
    'src/contract/limits.d.ts',
    'src/contract/limits.js',
    'src/contract/report-reasons.d.ts',
    'src/contract/report-reasons.js',
    'src/contract/review-tags.d.ts',
    'src/contract/review-tags.js',
    'src/contract/roles.d.ts',
    'src/contract/roles.js',
    'src/contract/trade-limits.d.ts',
    'src/contract/trade-limits.js',
  ]);
  const { stdout } = await run('grep', [
    '-rlE',
    'from [\'"]zod|require\\([\'"]zod',
    installed,
  ]).catch(({ stdout: found }: { stdout: string }) => ({ stdout: found }));
  expect(stdout).toBe('');
});

test('it runs in plain Node', async () => {
  await writeFile(
    join(home, 'app/main.mjs'),
    `import { createHaggleClient, limits } from '@haggle/client';
     const client = createHaggleClient({ url: 'http://127.0.0.1:9', getToken: async () => 'token' });
     client.connect();
     const { clientMessageId } = client.room('talk').send({ text: 'later' });
     console.log(client.state.snapshot().phase, clientMessageId.length, limits.textLength);
     client.close();`,
  );
  const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: join(home, 'app') });
  expect(stdout).toBe('connecting 36 4000\n');
}, 30_000);

test('each of its entries holds all that it imports', async () => {
  const { exports } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const entries = Object.keys(exports).filter((entry) => !entry.endsWith('.json'));
  const lines = entries.map((entry) => `await import('${join('@haggle/client', entry)}');`);
  await writeFile(join(home, 'app/all.mjs'), `${lines.join('\n')}\nconsole.log('all');`);
  const { stdout } = await run(process.execPath, ['all.mjs'], { cwd: join(home, 'app') });
  expect(stdout).toBe('all\n');
}, 30_000);

test('its mock gateway runs with nothing but the package', async () => {
  await writeFile(
    join(home, 'app/mock.mjs'),
    `import { createHaggleClient } from '@haggle/client';
     import { criticismTags } from '@haggle/client/market';
     import { createMockGateway } from '@haggle/client/testing';
     const gateway = createMockGateway();
     const [minji, junho] = [gateway.addPerson('민지'), gateway.addPerson('준호')];
     const id = gateway.addConversation({ buyer: minji, seller: junho });
     const client = createHaggleClient(gateway.options(minji));
     client.connect();
     const { seq } = await client.room(id).send({ text: '안녕하세요' }).done;
     console.log(seq, gateway.log(id)[0].text, criticismTags.length);
     client.close();
     gateway.close();`,
  );
  const { stdout } = await run(process.execPath, ['mock.mjs'], { cwd: join(home, 'app') });
  expect(stdout).toBe('1 안녕하세요 6\n');
}, 30_000);

test('where there is nothing but the language and timers, it is imported and makes a client', async () => {
  const entry = join(home, 'app/everything.mjs');
  const parts = [
    'market',
    'photos',
    'push',
    'account',
    'alerts',
    'moderation',
    'operator',
    'traces',
  ];
  const names = ['', ...parts.map((part) => `/${part}`)];
  await writeFile(entry, names.map((name) => `export * from '@haggle/client${name}';`).join('\n'));
  const { stdout } = await run(process.execPath, [
    resolve('test/support/bundle.mjs'),
    entry,
    '',
    'browser,module,import,default',
  ]);
  // Neither a document nor `process`, and not even a fetch.
  const context = createContext({ setTimeout, clearTimeout });
  const bare = new SourceTextModule(stdout, { context });
  await bare.link(() => Promise.reject(new Error('it is all in one file')));
  await bare.evaluate();
  const { createHaggleClient } = bare.namespace as typeof core;
  const client = createHaggleClient({
    url: 'https://chat.example',
    getToken: () => Promise.resolve('token'),
    newId: () => 'id',
  });
  expect(client.state.snapshot()).toEqual({ phase: 'idle' });
  expect(client.conversations.snapshot()).toEqual([]);
}, 60_000);

test('its types stand on their own, and are real ones, also to the React Native example', async () => {
  for (const file of ['App.tsx', 'modules.d.ts'])
    await cp(resolve('client/examples/react-native', file), join(home, 'app', file));
  await writeFile(
    join(home, 'app/main.ts'),
    `import { createHaggleClient, type Message } from '@haggle/client';
     import { createMarketApi } from '@haggle/client/market';
     import { createMockGateway } from '@haggle/client/testing';
     const said: Message[] = createMockGateway().log('talk');
     const client = createHaggleClient({ url: 'x', getToken: async () => 'token' });
     const room = client.room('talk');
     const message: Promise<Message> = room.send({ text: 'hello' }).done;
     const listing: Promise<{ title: string }> = createMarketApi(client).getListing('id');
     const title: string | undefined = room.snapshot().conversation?.listing.title;
     // @ts-expect-error not a kind of message
     room.send({ sound: 'boo' });
     // @ts-expect-error a number, not a text
     const seq: string | undefined = room.snapshot().entries[0]?.message.seq;
     export { message, listing, title, seq, said };`,
  );
  await writeFile(
    join(home, 'app/tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'esnext',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: ['es2023', 'dom'],
        jsx: 'react-jsx',
        types: [],
        preserveSymlinks: true,
        // To check what TypeScript itself brings took a third of the time.
        skipDefaultLibCheck: true,
      },
      files: ['main.ts', 'App.tsx', 'modules.d.ts'],
    }),
  );
  const compiled = await run(process.execPath, [
    resolve('node_modules/typescript/bin/tsc'),
    '-p',
    join(home, 'app'),
  ]).catch((failure: { stdout: string }) => failure);
  expect(compiled.stdout).toBe('');
}, 60_000);
