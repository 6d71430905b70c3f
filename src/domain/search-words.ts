/**
 * Matches the words as they are. What is stored is composed; older entries may not be, and there a match must not end
 * inside a syllable or before the accent of its last letter.
 */
export function containing(words: string): RegExp {
  const forms = new Set(
    ['NFC', 'NFD'].map((form) => escaped(words.normalize(form)).replace(/\s+/g, '\\s+')),
  );
  return new RegExp(`(?:${[...forms].join('|')})(?![${goesOn}])`, 'i');
}

/** Vowels and final consonants of Korean, and accents, as signs of their own. */
const goesOn = '\u0300-\u036f\u1160-\u11ff\ud7b0-\ud7fb';

const escaped = (words: string): string => words.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
