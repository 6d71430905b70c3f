import { assembled, disassembled } from './hangul.js';

/** The Korean keyboard (두벌식): what each key gives in English and in Korean, without and with Shift. */
const english = [...'qwertyuiopasdfghjklzxcvbnm'];
const korean = [...'ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ'];
const shifted: Readonly<Record<string, string>> = {
  Q: 'ㅃ',
  W: 'ㅉ',
  E: 'ㄸ',
  R: 'ㄲ',
  T: 'ㅆ',
  O: 'ㅒ',
  P: 'ㅖ',
};
const toKorean = new Map(english.map((key, index) => [key, korean[index]!]));
const toEnglish = new Map([
  ...[...toKorean].map(([key, letter]) => [letter, key] as const),
  ...Object.entries(shifted).map(([key, letter]) => [letter, key.toLowerCase()] as const),
]);

const koreanOf = (key: string): string => shifted[key] ?? toKorean.get(key.toLowerCase()) ?? key;

/**
 * What would have been typed with the keyboard set to the other language: `aorqnr` is 맥북 and ㅡㅁ츄ㅐㅐㅏ macbook. The
 * likelier ones first, without the text itself; none where it has letters of neither.
 */
export function inOtherLayout(text: string): string[] {
  // One letter is the beginning of a word, whatever the layout.
  if (text.trim().length < 2) return [];
  const words = text.normalize('NFC').split(' ');
  const some = words.length > 1 && words.length <= wordsMost ? words.keys() : [];
  const others = [
    // With Caps Lock every key counts as if without Shift.
    ...[asKorean(text), asKorean(text.toLowerCase()), asEnglish(text)],
    ...[...some].flatMap((at) =>
      [asKorean, asEnglish].map((other) => words.with(at, other(words[at]!)).join(' ')),
    ),
  ];
  return [...new Set(others)].filter((other) => other !== text);
}

/** The layout may have been changed between two words; of more words each would be one more search. */
const wordsMost = 3;

const asKorean = (typed: string): string => assembled([...typed].map(koreanOf));
const asEnglish = (typed: string): string =>
  [...disassembled(typed.normalize('NFC'))]
    .map((letter) => toEnglish.get(letter) ?? letter)
    .join('');
