import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FraudNumbers, digitsOf } from '../../src/domain/fraud-numbers.js';

const phone = '01012345678';
const account = '11022334455667';
const numbers = new FraudNumbers([phone, account]);

describe('a known number', () => {
  test.each([
    ['01012345678', '•••••••••••'],
    ['010-1234-5678로 연락 주세요', '•••-••••-••••로 연락 주세요'],
    ['0 1 0 . 1 2 3 4 . 5 6 7 8', '• • • . • • • • . • • • •'],
    ['０１０－１２３４－５６７８', '•••－••••－••••'],
    ['공일공 일이삼사 오육칠팔', '••• •••• ••••'],
    ['영일영-일이삼사-오륙칠팔', '•••-••••-••••'],
    ['공일공다시일이삼사다시오육칠팔', '•••다시••••다시••••'],
    ['010 일이삼사 five six 7 8', '••• •••• • • • •'],
    ['o1o 1234 5678', '••• •••• ••••'],
    ['①② 010①②③④5678', '①② •••••••••••'],
    ['O1O-I234-5678', '•••-••••-••••'],
    ['0😀1😀0😀1234😀5678', '•😀•😀•😀••••😀••••'],
    ['0️⃣1️⃣0️⃣12345678', '•️⃣•️⃣•️⃣••••••••'],
    ['⓿❶⓿ ➀➁➂➃ ⓹⓺⓻⓼', '••• •••• ••••'],
    ['٠١٠ १२३४ ５６７８', '••• •••• ••••'],
    ['𞥐𞥑𞥐-1234-5678', '•••-••••-••••'],
    ['010ㅡ1234ㅡ5678', '•••ㅡ••••ㅡ••••'],
    ['010ㅋㅋ1234ㅎㅎ5678', '•••ㅋㅋ••••ㅎㅎ••••'],
    ['공일공에 일이삼사에 오육칠팔', '•••에 ••••에 ••••'],
    ['010국 1234국 5678번', '•••국 ••••국 ••••번'],
    ['010 하이픈 1234 하이픈 5678', '••• 하이픈 •••• 하이픈 ••••'],
    ['ㅇ1ㅇ-1234-5678', '•••-••••-••••'],
    ['ㅇㅣㅇ 1234 5678', '••• •••• ••••'],
    ['영하나영 하나둘셋넷 다섯여섯일곱여덟', '••• •••• ••••'],
    ['제로일제로 1234 5678', '••• •••• ••••'],
    ['010.......1234.......5678', '•••.......••••.......••••'],
    ['+82 10-1234-5678', '+•• ••-••••-••••'],
    ['전화 (010)1234/5678!', '전화 (•••)••••/••••!'],
    ['0\u200b10\u200b12345678', '•\u200b••\u200b••••••••'],
    ['국민 110-223-344-55667 홍길동', '국민 •••-•••-•••-••••• 홍길동'],
    ['두 개 010-1234-5678, 110 2233 4455 667', '두 개 •••-••••-••••, ••• •••• •••• •••'],
  ])('%j is masked as %j', (text, masked) => {
    expect(numbers.mask(text)).toEqual({ text: masked, found: true });
  });

  test.each([
    '010-1234-5679',
    '오늘 일곱 시에 공원에서 봐요',
    '이사 오신 구민 여러분',
    '010 그리고 1234 5678',
    '1234567',
    '',
  ])('%j has none', (text) => {
    expect(numbers.mask(text)).toEqual({ text, found: false });
  });

  const ways = [
    '0공영령０〇ㅇ٠⓿',
    '1일１①ㅣ❶',
    '2이２②',
    '3삼３③',
    '4사４',
    '5오５',
    '6육륙６',
    '7칠７',
    '8팔８',
    '9구９',
  ];
  const written = (digits: string) =>
    fc
      .tuple(...[...digits].map((digit) => fc.constantFrom(...ways[Number(digit)]!)))
      .chain((letters) =>
        fc
          .tuple(...letters.slice(1).map(() => fc.stringMatching(/^[ .,\-_/()·~]{0,3}$/)))
          .map((gaps) => letters.map((letter, index) => letter + (gaps[index] ?? '')).join('')),
      );
  const digits = fc.stringMatching(/^[0-9]{7,20}$/);

  test('is found however it is spelled, and nothing of it is left', () => {
    fc.assert(
      fc.property(
        digits.chain((number) => fc.tuple(fc.constant(number), written(number))),
        ([number, text]) => {
          const { text: masked, found } = new FraudNumbers([number]).mask(`계좌 ${text} 예요`);
          expect(found).toBe(true);
          expect(masked).toMatch(/^계좌 [• .,\-_/()·~]+ 예요$/);
          expect(digitsOf(text)).toBe(number);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('what has no known number stays as it is, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const { text: same, found } = new FraudNumbers(['99999999999999999999']).mask(text);
        expect([same, found]).toEqual([text, false]);
      }),
      { numRuns: 500 },
    );
  });

  test('a whole message of digits takes no time to look through', () => {
    const many = new FraudNumbers(
      Array.from({ length: 2_000 }, (_, index) => `010${50_000_000 + index}`),
    );
    const text = `${'1 2 3 4 5 6 7 8 9 0 '.repeat(190)}010-5000-1999`;
    expect(many.mask(text).found).toBe(true);
  });
});

test('a number is told from what is none', () => {
  expect(
    ['010-1234-5678', '국민 110 223 344 55667', '12', '전화번호', '1'.repeat(21)].map(digitsOf),
  ).toEqual(['01012345678', '11022334455667', undefined, undefined, undefined]);
});
