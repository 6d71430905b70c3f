/** Blanks, punctuation, symbols, single jamo and invisible characters: what people put between letters to hide a word. */
const between = String.raw`[\s\p{P}\p{S}\p{Cf}\p{M}\u1100-\u11ff]*`;

/** Letters in one width and case, so that `Ｇｕｎ` is `gun`. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase();

/** What has a meaning in a pattern; with the flag `u` nothing else may be escaped. */
const escaped = (letter: string): string => letter.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/**
 * Finds terms in the words of a listing, whatever their case and width: inside of words too, since Korean joins them,
 * and spelled with something between the letters (`담.배`), which then have to begin a word, so that the end of one
 * word and the beginning of the next make none.
 */
export class BannedTerms {
  private readonly patterns: { term: string; pattern: RegExp }[];

  constructor(terms: Iterable<string>) {
    this.patterns = [...terms].flatMap((term) => {
      const letters = [...folded(term)].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
      if (letters.length === 0) return [];
      const spelled = letters.map(escaped).join(between);
      const whole = [...folded(term).trim()].map(escaped).join('');
      return [{ term, pattern: new RegExp(`${whole}|(?<![\\p{L}\\p{N}])${spelled}`, 'u') }];
    });
  }

  /** Those that stand in the text, in the order of the list. */
  in(text: string): string[] {
    if (this.patterns.length === 0) return [];
    const read = folded(text);
    return this.patterns.filter(({ pattern }) => pattern.test(read)).map(({ term }) => term);
  }
}
