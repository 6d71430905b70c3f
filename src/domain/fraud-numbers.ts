/**
 * Finds known numbers (a phone, a bank account) in what people write, however they are spelled: with blanks or
 * punctuation between the digits, full-width or circled, in Hangul (`공일공`), in Chinese characters or in English words.
 */

/** Digits of a number that is worth knowing: shorter ones stand in prices and dates. */
export const numberDigits = { min: 7, max: 20 } as const;

/** What stands for one digit, by its single letter … */
const letters: ReadonlyMap<string, string> = new Map(
  [
    '0공영령빵〇零o',
    '1일一l|i',
    '2이二',
    '3삼三',
    '4사四',
    '5오五',
    '6육륙六',
    '7칠七',
    '8팔八',
    '9구九',
  ].flatMap(([digit = '', ...others]) => [digit, ...others].map((one) => [one, digit] as const)),
);
/** … or by a word. */
const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** The digit that stands at a place, and how long its spelling is. A word first: `one` is no `o`. */
function digitAt(read: string, place: number): { value: string; length: number } | undefined {
  const letter = read.charAt(place);
  if (letter >= 'a' && letter <= 'z') {
    const number = words.findIndex((word) => read.startsWith(word, place));
    if (number >= 0) return { value: String(number), length: words[number]!.length };
  }
  const value = letters.get(letter);
  return value === undefined ? undefined : { value, length: 1 };
}

/** What may stand between the digits of one number; 다시 is how a dash is said. */
const gap = /(?:다시|대시|dash|[\s\p{P}\p{S}\p{Cf}\p{M}]){0,6}/uy;

/** One digit, and where it stands in the text. */
interface Digit {
  value: string;
  from: number;
  to: number;
}

/** A letter in one width and case; nearly all letters of a message are so already, or are Hangul. */
function inOneWidth(letter: string): string {
  const code = letter.charCodeAt(0);
  if (code < 0x41 || (code > 0x5a && code < 0x80) || (code >= 0xac00 && code <= 0xd7a3))
    return letter;
  return letter.normalize('NFKC').toLowerCase();
}

/** The runs of digits of a text that may belong to one number. */
function runsIn(text: string): Digit[][] {
  // One width and case; where each unit of it came from.
  let read = '';
  const at: number[] = [];
  let from = 0;
  for (const letter of text) {
    const plain = inOneWidth(letter);
    for (let unit = 0; unit < plain.length; unit += 1) at.push(from);
    read += plain;
    from += letter.length;
  }
  at.push(text.length);
  const runs: Digit[][] = [];
  let run: Digit[] = [];
  let place = 0;
  while (place < read.length) {
    const digit = digitAt(read, place);
    if (!digit) {
      gap.lastIndex = place;
      const [skipped = ''] = run.length > 0 ? (gap.exec(read) ?? []) : [];
      if (skipped === '' || !digitAt(read, place + skipped.length)) {
        if (run.length >= numberDigits.min) runs.push(run);
        run = [];
      }
      place += Math.max(1, skipped.length);
      continue;
    }
    const start = at[place]!;
    // A letter that stands for two digits is one place.
    let behind = place + digit.length;
    while (behind < read.length && at[behind] === start) behind += 1;
    run.push({ value: digit.value, from: start, to: at[behind] ?? text.length });
    place += digit.length;
  }
  if (run.length >= numberDigits.min) runs.push(run);
  return runs;
}

/** The digits of a number as somebody wrote it; undefined where it is none. */
export function digitsOf(text: string): string | undefined {
  const [run, ...more] = runsIn(text);
  if (!run || more.length > 0 || run.length > numberDigits.max) return undefined;
  return run.map(({ value }) => value).join('');
}

/** What stands in the place of each digit. */
const mask = '•';

/** Known numbers, as texts are held against them. */
export class FraudNumbers {
  private readonly known = new Set<string>();
  private readonly lengths: readonly number[];

  /** `numbers`: digits alone. A phone number is known with the code of Korea before it too. */
  constructor(numbers: Iterable<string>) {
    for (const number of numbers) {
      this.known.add(number);
      if (number.startsWith('0')) {
        this.known.add(`82${number.slice(1)}`);
        this.known.add(`82${number}`);
      }
    }
    this.lengths = [...new Set([...this.known].map(({ length }) => length))];
  }

  /** The text with the digits of known numbers masked; `found`: there were some. */
  mask(text: string): { text: string; found: boolean } {
    if (this.known.size === 0) return { text, found: false };
    const hidden: Digit[] = [];
    for (const run of runsIn(text)) {
      const digits = run.map(({ value }) => value).join('');
      for (let start = 0; start < run.length; start += 1)
        for (const length of this.lengths)
          if (this.known.has(digits.slice(start, start + length)))
            hidden.push(...run.slice(start, start + length));
    }
    if (hidden.length === 0) return { text, found: false };
    let shown = '';
    let place = 0;
    for (const { from, to } of hidden.sort((one, other) => one.from - other.from)) {
      if (from < place) continue;
      shown += text.slice(place, from) + mask;
      place = to;
    }
    return { text: shown + text.slice(place), found: true };
  }
}
