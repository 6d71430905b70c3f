/**
 * Finds known numbers (a phone, a bank account) in what people write, however they are spelled: with blanks or
 * punctuation between the digits, full-width or circled, in the digits of any script, in Hangul (`공일공`, `ㅇ1ㅇ`,
 * `하나둘셋`), in Chinese characters or in English words.
 */

/** Digits of a number that is worth knowing: shorter ones stand in prices and dates. */
export const numberDigits = { min: 7, max: 20 } as const;

/** What stands for one digit, by its single letter (a jamo as NFKC leaves it) … */
const letters: ReadonlyMap<string, string> = new Map(
  [
    '0공영령빵〇零o⓿\u110b\u11bc',
    '1일一l|i\u1175',
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
/** … by one of circles that have no plain letter, of which the first stands for 1 … */
const circles = ['❶', '➀', '➊', '⓵'].map((first) => first.codePointAt(0)!);
/** … or by a word. */
const words: readonly [word: string, value: string][] = [
  ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
  ['제로', '하나', '둘', '셋', '넷', '다섯', '여섯', '일곱', '여덟', '아홉'],
].flatMap((names) => names.map((word, digit) => [word, String(digit)] as [string, string]));
const wordsBegin = new Set(words.map(([word]) => word.charAt(0)));

/** A decimal digit of whatever script: they stand together, from 0 to 9. */
const decimal = /^\p{Nd}$/u;

function valueOf(code: number): number | undefined {
  for (const first of circles) if (code >= first && code < first + 9) return code - first + 1;
  if (!decimal.test(String.fromCodePoint(code))) return undefined;
  let zero = code;
  while (code - zero < 9 && decimal.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return code - zero;
}

/** The digit that stands at a place, and how long its spelling is. A word first: `one` is no `o`. */
function digitAt(read: string, place: number): { value: string; length: number } | undefined {
  const letter = read.charAt(place);
  if (wordsBegin.has(letter)) {
    const found = words.find(([word]) => read.startsWith(word, place));
    if (found) return { value: found[1], length: found[0].length };
  }
  const known = letters.get(letter);
  if (known !== undefined) return { value: known, length: 1 };
  const code = read.codePointAt(place);
  if (code === undefined || isPlain(code)) return undefined;
  const value = valueOf(code);
  return value === undefined
    ? undefined
    : { value: String(value), length: String.fromCodePoint(code).length };
}

/** ASCII and Hangul syllables: nearly all letters of a message, which the letters above say everything about. */
const isPlain = (code: number): boolean => code < 0x80 || (code >= 0xac00 && code <= 0xd7a3);

/**
 * What may stand between the digits of one number: 다시 is how a dash is said, 에 and 국 come after a part of a number,
 * and ㅡ, ㅋ and ㅎ are written for nothing. The jamo that stand for digits are none of them.
 */
const gap =
  /(?:다시|대시|하이픈|빼기|에|국|dash|hyphen|(?![\u110b\u1175\u11bc])[\u1100-\u11ff]|[\s\p{P}\p{S}\p{Cf}\p{M}]){0,30}/uy;

/** One digit, and where it stands in the text. */
interface Digit {
  value: string;
  from: number;
  to: number;
}

/** A letter in one width and case; nearly all letters of a message are so already, or are Hangul. */
function inOneWidth(letter: string): string {
  const code = letter.charCodeAt(0);
  if (isPlain(code) && (code < 0x41 || code > 0x5a)) return letter;
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
