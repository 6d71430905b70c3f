import { expect, test } from '@jest/globals';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'client/README.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

/** Links to files of the repository, as the page gives them: from its own folder. */
const linksOf = (page: string, text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, link]) =>
    join(dirname(page), link!),
  );

/** Files that are named from the root, such as `src/main.ts`; a placeholder names none. */
const namesOf = (text: string): string[] =>
  [
    ...text.matchAll(
      /`((?:src|workers|client|web|test|scripts|bench|docs|k8s|findings)\/[\w./-]+\.\w+)`/g,
    ),
  ].map(([, name]) => name!);

test.each(pages)('%s names only files that are there', (page) => {
  // In blocks of code a bracket is code.
  const text = readFileSync(page, 'utf8').replace(/^```[^]*?^```/gm, '');
  const named = [...linksOf(page, text), ...namesOf(text)];
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
