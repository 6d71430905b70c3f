import { inSyllables } from './hangul.js';

/**
 * A text as search compares it: what looks the same is the same, however it was typed. Composed, in the usual width
 * (NFKC, with ㎏ as kg), lower case, without accents on Latin letters; words of letters and digits with one blank
 * between them. Consonants that stand alone stay the keyboard's letters, where NFKC alone would make signs of them that
 * no keyboard gives.
 */
export function foldText(text: string): string {
  return inSyllables(
    inSyllables(text.normalize('NFC').replace(fillers, '')).replace(/[^\u3131-\u3163]+/g, (rest) =>
      rest.normalize('NFKC'),
    ),
  )
    .toLowerCase()
    .replace(latin, (letters) => letters.normalize('NFD').replace(accents, ''))
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

/** Stand for a letter that is not there. */
const fillers = /[\u115f\u1160\u3164\uffa0]/g;
const latin = /[\p{Script=Latin}\u0300-\u036f]+/gu;
const accents = /[\u0300-\u036f]/g;
