import { amountsIn } from './amounts.js';
import { foldText } from './fold-text.js';
import { isOnset } from './hangul.js';
import { initialsOf, pairOf, type Part } from './part.js';
import { spellingsOf } from './spellings.js';
import { searchedOf, type Searched, type SearchQuery } from './search-query.js';

/**
 * Grows when {@link tokensOf} gives others for the same listing, or quadkeys or cells are: what is stored is then made
 * again. 2: with a quadkey, and names and units in one spelling. 3: with cells for a category and for everywhere. 4: with
 * 0 for what is called a give-away.
 */
export const tokensVersion = 4;

/**
 * What an index keeps of a listing: each character of its title, each pair of neighbours, two and three initial
 * consonants in a row, its price and the amounts that the title says, and the pair that each word of its description
 * begins with. Whatever {@link placeOf} finds has all of {@link tokensAsked}, so an index narrows and never decides.
 */
export function tokensOf({ title, description, price }: Searched): string[] {
  const tokens = new Set([price, ...amountsIn(title)].map(amountToken));
  for (const spelling of spellingsOf(foldText(title)))
    for (const token of tokensOfTitle([...spelling.replaceAll(' ', '')])) tokens.add(token);
  for (const spelling of spellingsOf(foldText(searchedOf(description))))
    for (const token of beginnings(spelling)) tokens.add(token);
  return [...tokens];
}

function* tokensOfTitle(said: string[]): Iterable<string> {
  for (const [index, character] of said.entries()) {
    yield character;
    const next = said[index + 1];
    if (next !== undefined) yield pairOf(character, next);
    for (const length of [2, 3]) {
      const initials = initialsOf(said.slice(index, index + length));
      if (initials?.length === length + 1) yield initials;
    }
  }
}

const amountToken = (won: number): string => `=${won}`;

/** The pair that each word begins with; a word of one character goes on in the next. */
function* beginnings(text: string): Iterable<string> {
  const [...characters] = text;
  for (const [index, character] of characters.entries()) {
    if (index > 0 && characters[index - 1] !== ' ') continue;
    const next = characters[index + 1] === ' ' ? characters[index + 2] : characters[index + 1];
    if (next !== undefined) yield pairOf(character, next);
  }
}

/** The tokens that a listing has in which the title says everything, or the title and the description together. */
export function tokensAsked(
  { parts, amounts }: SearchQuery,
  where: 'title' | 'anywhere',
): string[] {
  const words = parts.flatMap((part) =>
    where === 'anywhere' && part.isWord
      ? [pairOf(part.characters[0]!, part.characters[1]!)]
      : tokensOfPart(part),
  );
  return [...new Set([...amounts.map(amountToken), ...words])];
}

function tokensOfPart({ characters }: Part): string[] {
  const [only, ...more] = characters;
  if (more.length === 0) return isOnset(only!) ? [] : [only!];
  return characters.flatMap((character, index) => {
    const pair = characters.slice(index, index + 2);
    if (pair.length < 2) return [];
    if (!pair.some(isOnset)) return [pairOf(character, pair[1]!)];
    const initials = initialsOf(characters.slice(index, index + 3)) ?? initialsOf(pair);
    return initials === undefined ? [] : [initials];
  });
}
