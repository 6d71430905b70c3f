import type { view } from '../../contract/index.js';
import { listCategories } from '../categories.js';
import { foldText } from './fold-text.js';
import { inOtherLayout } from './other-layout.js';
import { spellingsOf } from './spellings.js';
import { readQuery, type SearchQuery } from './search-query.js';

/** What somebody may mean who has typed this much: first as it stands, then with the other keyboard layout. */
export const readingsOf = (typed: string): SearchQuery[] =>
  [typed, ...inOtherLayout(typed)].map(readQuery).filter(({ parts }) => parts.length > 0);

/** Categories with a name that says all of it, in either language. */
export const categoriesNamed = ({ parts }: SearchQuery): view.Category[] =>
  listCategories()
    .filter(({ ko, en }) =>
      [ko, en].some((name) => parts.every(({ begins }) => begins.test(foldText(name)))),
    )
    .map(({ id }) => id);

/**
 * What somebody who has typed `query` may be about to type: what titles say there, from the first word that matches to
 * the last one, and with the word behind them; what most titles say first, then the shorter. Blanks do not make it
 * another phrase, and what was typed already is not given again.
 */
export function suggestionsFrom(
  query: SearchQuery,
  titles: Iterable<string>,
  limit: number,
): string[] {
  const typed = bare(query.parts.map(({ characters }) => characters.join('')).join(''));
  const phrases = new Map<string, { text: string; titles: number }>();
  for (const title of titles) {
    // A title that repeats itself counts once.
    for (const [key, text] of new Map(phrasesIn(query, title))) {
      if (key === typed || [...text].length > phraseMost) continue;
      const known = phrases.get(key);
      if (known) known.titles += 1;
      else phrases.set(key, { text, titles: 1 });
    }
  }
  return [...phrases.values()]
    .sort((one, other) => other.titles - one.titles || one.text.length - other.text.length)
    .slice(0, limit)
    .map(({ text }) => text);
}

/** Characters of one suggestion: what fits a line on a phone. */
const phraseMost = 30;

const bare = (folded: string): string => folded.replaceAll(' ', '');

/** As titles are compared with what was typed. */
const inOneSpelling = (text: string): string => spellingsOf(foldText(text)).at(-1)!;

function* phrasesIn({ parts }: SearchQuery, title: string): Iterable<[key: string, text: string]> {
  const words = title.split(/\s+/).filter((word) => foldText(word) !== '');
  for (const fold of [foldText, inOneSpelling]) {
    const starts: number[] = [];
    let folded = '';
    for (const word of words) {
      if (folded !== '') folded += ' ';
      starts.push(folded.length);
      folded += fold(word);
    }
    const found = parts.map(({ says }) => says.exec(folded));
    if (found.length === 0 || found.includes(null)) continue;
    const wordAt = (at: number) => starts.findLastIndex((start) => start <= at);
    const first = wordAt(Math.min(...found.map((one) => one!.index)));
    const last = wordAt(Math.max(...found.map((one) => one!.index + one![0].length - 1)));
    for (const end of last + 1 < words.length ? [last, last + 1] : [last]) {
      const text = trimmed(words.slice(first, end + 1).join(' '));
      yield [bare(inOneSpelling(text)), text];
    }
    return;
  }
}

/** Without the signs around it: `(미개봉)` is 미개봉. */
const trimmed = (text: string): string =>
  text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, '');
