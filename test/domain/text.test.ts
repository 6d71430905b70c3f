import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MessageText, writtenLine, writtenText } from '../../src/contract/index.js';
import { cleanText, isText, isVisible, lineOf, trimText } from '../../src/contract/text.js';

const direction = [...'\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069'];
const nothings = [...'\u200b\u2060\ufeff'];
/** What is pasted: everything that is cleaned, beside letters that compose and those that must stay apart. */
const pasted = fc.string({
  unit: fc.constantFrom(
    ...direction,
    ...nothings,
    ...['\r\n', '\r', '\n', '\v', '\f', '\u0085', '\u2028', '\u2029', '\t', ' ', '\u3000'],
    ...[
      'a',
      'e',
      '\u0301',
      '\u0323',
      '\u1112',
      '\u1161',
      '\u11ab',
      '한',
      '👩\u200d👧',
      '\u{1f468}',
    ],
    ...['\u1160', '\ufe0f', '☺', '\u0000', '\ud83d'],
  ),
  maxLength: 30,
});

test.each([cleanText, trimText, lineOf])(
  '%p twice is once, composed and without marks',
  (clean) => {
    fc.assert(
      fc.property(pasted, (text) => {
        const once = clean(text);
        expect(clean(once)).toBe(once);
        expect(once.normalize('NFC')).toBe(once);
        for (const mark of [...direction, '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'])
          expect(once).not.toContain(mark);
        expect(nothings).not.toContain(once.at(0));
        expect(nothings).not.toContain(once.at(-1));
      }),
    );
  },
);

test('the same in whatever form it was written is the same', () => {
  fc.assert(
    fc.property(pasted, (text) => {
      for (const form of ['NFC', 'NFD'])
        for (const clean of [cleanText, trimText, lineOf])
          expect(clean(text.normalize(form))).toBe(clean(text));
      const unix = text.replaceAll('\r', '');
      expect(cleanText(unix.replaceAll('\n', '\r\n'))).toBe(cleanText(unix));
    }),
  );
});

test.each([
  ['a flag', '🇰🇷'],
  ['a flag made of tags', '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
  ['a family', '👨‍👩‍👧‍👦'],
  ['a tone of skin', '👍🏽'],
  ['a keycap', '1️⃣'],
  ['a heart as text and as a picture', '❤︎❤️'],
  ['old Korean', '\u1112\u119e\u11ab\u1160\u119e'],
  ['letters of the keyboard', 'ㅋㅋㅋ ㅇㅇ'],
  ['Persian with a joiner', 'می\u200cخواهم'],
  ['Devanagari with a joiner', 'क्\u200dष'],
  ['a soft hyphen inside', 'a\u00adb'],
  ['a zero-width blank inside', 'ไทย\u200bไทย'],
  ['a tab inside', 'a\tb'],
])('%s stays as it is', (_what, text) => {
  expect(cleanText(text)).toBe(text);
  expect(MessageText.parse(text)).toBe(text);
});

describe('what is cleaned', () => {
  test.each([
    [
      'a number from the contacts',
      'call \u202d010-0000-0000\u202c please',
      'call 010-0000-0000 please',
    ],
    ['isolates', '\u2068준호\u2069님', '준호님'],
    ['lone marks of direction', '\u200e\u200f\u061ca', 'a'],
    ['lines of Windows', 'one\r\ntwo\r\n\r\nthree', 'one\ntwo\n\nthree'],
    ['lines of old Macs', 'one\rtwo', 'one\ntwo'],
    [
      'breaks of word processors',
      'one\vtwo\fthree\u2028four\u2029five\u0085six',
      'one\ntwo\nthree\nfour\nfive\nsix',
    ],
    ['a byte order mark', '\ufefftext\ufeff', 'text'],
    ['Korean from a Mac', '자전거'.normalize('NFD'), '자전거'],
    ['an accent behind a mark of direction', 'e\u202c\u0301', 'é'],
  ])('%s', (_what, text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });

  test('a line takes breaks and tabs as blanks, and has none at its ends', () => {
    expect(lineOf('\r\n\u200b 자전거\r\n급처\t2대\u2028')).toBe('자전거 급처 2대');
    expect(writtenLine(10).parse('자전거\r\n')).toBe('자전거');
  });
});

test('what shows nothing is blank, whatever it is made of', () => {
  const ignored = [...'\u3164\u115f\u1160\uffa0\u2800\u00ad\u034f\u180e\ufe0f\u200d\u{e0020}'];
  const blank = [...ignored, ...direction, ...nothings, ...' \t\n\u00a0\u3000\u1680', '\u0301'];
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...blank), maxLength: 12 }), (text) => {
      expect(isVisible(cleanText(text))).toBe(false);
      for (const schema of [MessageText, writtenText(20), writtenLine(20)]) {
        expect(schema.safeParse(text).success).toBe(false);
        expect(schema.safeParse(`${text}가`).success).toBe(true);
      }
    }),
  );
  // Hidden characters are part of what is shown there: nothing of them is taken out.
  expect(writtenLine(20).parse('\u1160\u119e가')).toBe('\u1160\u119e가');
});

test('control characters and halves of characters are refused, and nothing else is', () => {
  const cleaned = '\t\n\v\f\r\u0085';
  for (let code = 0; code <= 0xffff; code += 1) {
    const text = `a${String.fromCharCode(code)}b`;
    const refused =
      ((code < 0x20 || (code >= 0x7f && code < 0xa0)) && !cleaned.includes(text[1]!)) ||
      (code >= 0xd800 && code < 0xe000);
    if (isText(cleanText(text)) === refused) throw new Error(`U+${code.toString(16)}`);
  }
  expect(MessageText.safeParse('a\u0000b').error?.issues[0]?.message).toMatch(/not text/);
});

test('what is measured is what is kept', () => {
  const nickname = writtenLine(20);
  expect(
    nickname.parse('스무글자까지되는이름을여기에적는다면몇일까'.slice(0, 20).normalize('NFD')),
  ).toHaveLength(20);
  expect(nickname.safeParse('ㄱ'.repeat(21)).success).toBe(false);
  expect(nickname.parse(`\u202a${'ㄱ'.repeat(20)}\u202c`)).toBe('ㄱ'.repeat(20));
  expect(MessageText.safeParse('\r\n'.repeat(2_000) + '👍'.repeat(2_000)).success).toBe(true);
  expect(MessageText.safeParse('👍'.repeat(4_001)).success).toBe(false);
});

test('a body full of what is slow to clean is cleaned before anybody notices', () => {
  // Put in order, or looked at from every one of its places, each would take minutes.
  for (const unit of ['\u0301\u0323', '\u200b', ' ', '\r', '\u202a'])
    expect(typeof trimText(`a${unit.repeat(400_000)}b`)).toBe('string');
});
