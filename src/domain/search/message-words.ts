import { containing } from '../search-words.js';
import { foldText } from './fold-text.js';
import { lettersWith, onsetOf } from './hangul.js';
import { partOf, type Part } from './part.js';
import { joints } from './search-query.js';

/** What somebody looks for in messages, read once. A message must say all of it. */
export interface MessageWords {
  /**
   * A pattern for each part, which finds all that it stands for and perhaps more: for a database, which reads texts as
   * they were typed. All ignore case.
   */
  looks: string[];
  /** Whether a text says it; decides. */
  finds: (text: string) => boolean;
}

/**
 * Reads words as the search of listings does: composed or not, in any width and case, with initial consonants and a
 * half-typed last syllable; blanks inside words do not matter. Signs alone are found as they are written.
 */
export function messageWords(q: string): MessageWords {
  const words = foldText(q.replace(joints, '')).split(' ');
  const parts = [...new Set(words)].filter((word) => word !== '').map(partOf);
  if (parts.length === 0) {
    const asWritten = containing(q);
    return { looks: [asWritten.source], finds: (text) => asWritten.test(text) };
  }
  return {
    looks: parts.map(lookOf),
    finds: (text) => {
      const folded = foldText(text);
      return parts.every(({ says }) => says.test(folded));
    },
  };
}

/** What is no letter may stand between any two. */
const between = '[^\\p{L}\\p{N}]*';

/** Characters of a part that are looked for; the database takes no pattern of any length. */
const lookedFor = 24;

const lookOf = ({ characters, patterns }: Part): string =>
  characters
    .slice(0, lookedFor)
    .map((one, index) => {
      const typed = patterns[index]!.replaceAll(' ?', between);
      const signs = signsFor(patterns[index]!);
      // Of a sign for several letters, which was read with the first of them, nothing is left to read.
      const inSigns = index > 0 ? [signs, `(?<=${signs})`] : [signs];
      return `(?:${[typed, ...alike(one), ...(signs ? inSigns : [])].join('|')})`;
    })
    .join(between);

/** Korean letters one by one: those of the keyboard, of decomposed syllables, and half-width ones. */
const letters = '[\u1100-\u11ff\u3131-\u318e\ud7b0-\ud7fb\uffa0-\uffdc]';
/** Of a syllable that is typed letter by letter, after its first: two for the vowel, two for the final. */
const restOfSyllable = `${letters}{0,4}`;
/** Latin letters with accents, which are folded; the accents alone are no letters. */
const accented = '[\u00c0-\u024f\u1e00-\u1eff]';

/**
 * Where Unicode has signs that stand for a letter or several and that keyboards give: ½, ², ㎡, ㎏, Ⅲ, ①, ㈜, ﬁ. Wide
 * letters and half-width Korean are no signs.
 */
const signRanges = [
  [0xaa, 0xbe],
  [0x2070, 0x209f],
  [0x2100, 0x218f],
  [0x2460, 0x24ff],
  [0x3200, 0x33ff],
  [0xfb00, 0xfb06],
] as const;

/** The signs in which a letter is said, by that letter as it is folded. */
let signsByLetter: Map<string, string> | undefined;

function readSigns(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [first, last] of signRanges)
    for (let code = first; code <= last; code += 1) {
      const sign = String.fromCodePoint(code);
      for (const letter of new Set(foldText(sign)))
        if (letter !== ' ' && letter !== sign) found.set(letter, (found.get(letter) ?? '') + sign);
    }
  return found;
}

/** A class of the signs that may say what this pattern of a folded letter takes; empty: none does. */
function signsFor(pattern: string): string {
  signsByLetter ??= readSigns();
  const letter = new RegExp(pattern, 'u');
  const signs = [...signsByLetter].filter(([said]) => letter.test(said)).map(([, all]) => all);
  return signs.length > 0 ? `[${signs.join('')}]` : '';
}

/** What a text may have in place of a folded character. */
function alike(character: string): string[] {
  const onset = onsetOf(character);
  if (onset !== undefined) return [`[${lettersWith(onset)}]${restOfSyllable}`];
  const wide = String.fromCodePoint(character.codePointAt(0)! + 0xfee0);
  if (/[a-z]/.test(character)) return [wide, accented];
  return /[0-9]/.test(character) ? [wide] : [];
}
