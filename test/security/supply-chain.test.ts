import { expect, test } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Locked {
  integrity?: string;
  resolved?: string;
  link?: boolean;
}

test('every package is locked by its hash, and comes from the registry', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, Locked>;
  };
  const wrong = Object.entries(packages).filter(
    ([path, { integrity, resolved }]) =>
      path !== '' &&
      (!/^sha512-[\w+/]{86}==$/.test(integrity ?? '') ||
        // Left out, it is the registry that npm is told to use.
        (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'))),
  );
  expect(wrong).toEqual([]);
  expect(Object.keys(packages).length).toBeGreaterThan(100);
});

test('packages are named in exact versions, as the lockfile has them', () => {
  const named = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { version: string }>;
  };
  for (const [name, version] of Object.entries({
    ...named['dependencies'],
    ...named['devDependencies'],
  }))
    expect([name, packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
});

test('CI, the image and the set-up install what is locked, and nothing else', () => {
  const installs = [
    ...readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`),
    ...['Dockerfile', 'scripts/prepare/prepare.mjs', '.ci/run'],
  ].flatMap((path) => read(path).match(/\bnpm (?:ci|install|i|add|update)\b.*/g) ?? []);
  expect(installs.length).toBeGreaterThan(0);
  for (const line of installs) expect(line).toMatch(/^npm ci\b/);
});

test('an advisory that nobody has judged fails the check', async () => {
  // A program of this repository, without types.
  const path = '../../scripts/checks/audit.mjs';
  const { judge } = (await import(path)) as {
    judge: (report: object, exceptions: object[], today: string) => string[];
  };
  const url = 'https://github.com/advisories/GHSA-xxxx';
  const report = {
    vulnerabilities: {
      inner: { name: 'inner', via: [{ url, title: 'Runs what it is sent' }] },
      outer: { name: 'outer', via: ['inner'] },
    },
  };
  const judged = { advisory: url, reason: 'It is never sent anything', until: '2026-12-01' };
  expect(judge(report, [], '2026-11-01')).toEqual([`inner: Runs what it is sent (${url})`]);
  expect(judge(report, [judged], '2026-11-01')).toEqual([]);
  expect(judge(report, [judged], '2026-12-02')).toHaveLength(1);
  expect(judge({ vulnerabilities: {} }, [], '2026-11-01')).toEqual([]);
});

test('every exception has a reason, and an end', () => {
  const exceptions = JSON.parse(read('scripts/checks/audit-exceptions.json')) as Record<
    string,
    string
  >[];
  for (const { advisory, reason, until } of exceptions) {
    expect(advisory).toMatch(/^https:\/\//);
    expect(reason!.length).toBeGreaterThan(20);
    expect(until).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
});
