import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { partOf, testTable, type Row } from '../../scripts/fault-table.js';

const matrix = JSON.parse(readFileSync('test/faults/matrix.json', 'utf8')) as Row[];

test('every row of the faults is run by tests that are there, or says why not', () => {
  for (const { row, tests, notRun } of matrix) {
    expect([row, (tests ?? []).length > 0 || notRun !== undefined]).toEqual([row, true]);
    for (const [file, title] of tests ?? [])
      expect([file, title, readFileSync(file, 'utf8').includes(title)]).toEqual([
        file,
        title,
        true,
      ]);
  }
  expect(matrix.map(({ row }) => row)).toEqual(matrix.map((_, index) => index + 1));
});

test('docs/faults.md has the rows; `npm run test:faults` writes them', () => {
  // The formatter lays tables out anew.
  const plain = (text: string) => text.replace(/ *\| */g, '|').replace(/-+/g, '-');
  const page = readFileSync('docs/faults.md', 'utf8');
  expect(plain(partOf(page, 'tests'))).toBe(plain(testTable(matrix)));
});
