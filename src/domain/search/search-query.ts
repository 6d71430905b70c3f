import type { Listing } from '../listing.js';
import { amountsIn, pricesAsked } from './amounts.js';
import { foldText } from './fold-text.js';
import { partOf, type Part } from './part.js';
import { oneSpelling, spellingsOf } from './spellings.js';

/** What somebody looks for, read once. A listing must have all of it. */
export interface SearchQuery {
  parts: Part[];
  /** What its title must not say: written as `-아동용`. */
  unwanted: Part[];
  /** In won: prices, or said by the title. */
  amounts: number[];
  minPrice: number;
  maxPrice: number;
}

/** Where a listing has what is looked for: in its title alone, or only together with its description. */
export type Place = 'title' | 'description';

export type Searched = Pick<ReturnType<Listing['snapshot']>, 'title' | 'description' | 'price'>;

/** Signs that join two halves of a word where others part them: `1.7L`, `wi-fi`. */
export const joints = /(?<=[\p{L}\p{N}])[.\-_'’](?=[\p{L}\p{N}])/gu;

/** A minus before a word, and none before a number: -10도 is a temperature. */
const minus = /(?<=^|\s)-(?=\p{L})\S+/gu;

export function readQuery(text: string): SearchQuery {
  const { rest, ...prices } = pricesAsked(text.normalize('NFC'));
  return {
    ...prices,
    parts: partsIn(rest.replace(minus, ' ')),
    unwanted: partsIn((rest.match(minus) ?? []).join(' ')),
  };
}

const partsIn = (text: string): Part[] => {
  const words = new Set(oneSpelling(foldText(text.replace(joints, ''))).split(' '));
  return [...words].filter((word) => word !== '').map(partOf);
};

/** Whether it looks for anything: not with signs alone. */
export const looksForNothing = ({ parts, amounts, minPrice, maxPrice }: SearchQuery): boolean =>
  parts.length + amounts.length === 0 && minPrice === 0 && maxPrice === Infinity;

/** Where the listing has everything that is looked for; undefined where it lacks some of it. */
export function placeOf(
  query: SearchQuery,
  { title, description, price }: Searched,
): Place | undefined {
  const { parts, unwanted, amounts, minPrice, maxPrice } = query;
  if (price < minPrice || price > maxPrice) return undefined;
  if (amounts.length > 0) {
    const prices = new Set([price, ...amountsIn(title)]);
    if (!amounts.every((amount) => prices.has(amount))) return undefined;
  }
  const folded = spellingsOf(foldText(title));
  const said = ({ says }: Part) => folded.some((spelling) => says.test(spelling));
  if (unwanted.some(said)) return undefined;
  const missing = parts.filter((part) => !said(part));
  if (missing.length === 0) return 'title';
  if (!missing.every(({ isWord }) => isWord)) return undefined;
  const told = spellingsOf(foldText(searchedOf(description)));
  return missing.every(({ begins }) => told.some((spelling) => begins.test(spelling)))
    ? 'description'
    : undefined;
}

/** Of a description so many characters are searched: what comes later is seldom what the thing is. */
const descriptionSearched = 500;
export const searchedOf = (description: string): string =>
  description.slice(0, descriptionSearched);
