import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const text = readFileSync(join(folder, 'README.md'), 'utf8');

/** Rows of the table: the number of a line, and the tests that it names, each as `[file](path): name of the test`. */
const rows = [...text.matchAll(/^\| (\d+) \|.*$/gm)].map(([row, number]) => ({
  number: Number(number),
  tests: [...row.matchAll(/\]\(([^)]+)\): ([^<|]+)/g)].map(([, path, name]) => ({
    path: join(folder, path!),
    name: name!.trim(),
  })),
}));

/** Whether a file has a test, or a group of them, of this name. */
function hasTest(path: string, name: string): boolean {
  const source = readFileSync(path, 'utf8').replaceAll("\\'", "'");
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote},`));
}

test('every line of the checklist has a row, and each row a test', () => {
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 44 }, (_, n) => n + 1));
  expect(rows.filter(({ tests }) => tests.length === 0).map(({ number }) => number)).toEqual([]);
});

test('every test that a row names is there', () => {
  const missing = rows.flatMap(({ number, tests }) =>
    tests
      .filter(({ path, name }) => !existsSync(path) || !hasTest(path, name))
      .map(({ path, name }) => `${number}: ${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});
