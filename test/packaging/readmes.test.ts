import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

/** The Korean README is written by hand; what both must share is compared, so that neither is left behind. */
const [english, korean] = ['README.md', 'README.ko.md'].map((file) => readFileSync(file, 'utf8'));

/** Every match of the pattern, in the order of the page. */
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([match]) => match);
const blocks = /^ *```[^]*?^ *```/gm;
const withoutBlocks = (text: string) => text.replace(blocks, '');

test.each([
  ['headings of the same levels', (text) => all(withoutBlocks(text), /^#+(?= )/gm)],
  ['the same commands and code', (text) => all(text, blocks)],
  ['the same numbered steps', (text) => all(withoutBlocks(text), /^\d+\.(?= )/gm)],
  ['as many rows of promises', (text) => all(text, /^\|/gm)],
  [
    'the same names of files, settings and addresses',
    (text) => all(withoutBlocks(text), /`[^`\n]+`/g).sort(),
  ],
  [
    'links to the same pages and pictures',
    (text) =>
      all(withoutBlocks(text), /\]\([^)]+\)/g)
        .filter((link) => !link.includes('README.ko.md') && link !== '](README.md)')
        .sort(),
  ],
] as [string, (text: string) => string[]][])('both READMEs have %s', (_, of) => {
  expect(of(english!).length).toBeGreaterThan(0);
  expect(of(korean!)).toEqual(of(english!));
});

test('each leads to the other', () => {
  expect(english).toContain('(README.ko.md)');
  expect(korean).toContain('(README.md)');
});

test('no block of code ends the list of steps', () => {
  const [, steps] = english!.split('\n## Put it behind your app\n');
  const [list] = steps!.split('\n## ');
  const flush = list!.split('\n').filter((line) => line !== '' && !/^(\d+\. | {3})/.test(line));
  expect(flush).toEqual([]);
});
