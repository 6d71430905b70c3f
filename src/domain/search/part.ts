import {
  goingOnFrom,
  isOnset,
  keysOf,
  onsetOf,
  partsOf,
  syllableOf,
  syllablesFrom,
} from './hangul.js';

/** One of the words that somebody looks for, folded. Blanks in the text that it is looked for in do not matter. */
export interface Part {
  characters: string[];
  /** What stands for each of them in a folded text. */
  patterns: string[];
  /** Matches where a folded text says it. */
  says: RegExp;
  /** The same, where a word begins with it. */
  begins: RegExp;
  /**
   * Whether descriptions are searched for it, too. Not for one character or initial consonants: nearly every description
   * has them somewhere.
   */
  isWord: boolean;
}

export function partOf(word: string): Part {
  const characters = [...word];
  const last = characters.length - 1;
  const patterns = characters.map((one, index) =>
    index === last && index > 0 ? typedSoFar(one) : sayable(one),
  );
  const pattern = patterns.join(' ?');
  return {
    characters,
    patterns,
    says: new RegExp(pattern, 'u'),
    begins: new RegExp(`(?:^| )${pattern}`, 'u'),
    isWord: characters.length > 1 && !characters.some(isOnset),
  };
}

/** A consonant stands for every syllable that begins with it. Folded text has nothing that a pattern must escape. */
const sayable = (character: string): string =>
  isOnset(character) ? `[${character}${syllablesFrom(character)}]` : character;

/** The last syllable may be half typed: whatever the next keys could make of it counts. */
function typedSoFar(character: string): string {
  const typed = partsOf(character);
  if (!typed) return sayable(character);
  const { onset, vowel, final } = typed;
  if (final === '')
    return `[${[vowel, ...goingOnFrom(vowel)].map((one) => syllablesFrom(onset, one)).join('')}]`;
  const longer = goingOnFrom(final).map((one) => syllableOf({ onset, vowel, final: one }));
  // The last key may belong to the next syllable: 잦 is on the way to 자전거.
  const keys = keysOf(final);
  const before = syllableOf({ onset, vowel, final: keys.slice(0, -1) });
  return `(?:[${character}${longer.join('')}]|${before} ?[${syllablesFrom(keys.at(-1)!)}])`;
}

/** A character that may be half typed, without what may still follow: 전 and 저 are 저, 과 is 고. */
const opened = (character: string): string => {
  const parts = partsOf(character);
  return parts ? syllableOf({ ...parts, vowel: keysOf(parts.vowel)[0]!, final: '' }) : character;
};

/** Two neighbours, the second as far as it may be typed. */
export const pairOf = (one: string, next: string): string => one + opened(next);

/** Initial consonants, marked, since a text can also say them (ㅋㅋ). Undefined where something has none. */
export function initialsOf(characters: readonly string[]): string | undefined {
  const onsets = characters.map(onsetOf);
  return onsets.includes(undefined) ? undefined : `#${onsets.join('')}`;
}
