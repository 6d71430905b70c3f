import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { masked } from '../../workers/push/render/masked.js';

/** What leads to somebody; `…` is what stays beside it. */
const numbers = [
  // Phones of Korea, in all the ways of writing them.
  '010-1234-5678',
  '01012345678',
  '010 1234 5678',
  '010.1234.5678',
  '010 - 1234 - 5678',
  '(010)1234-5678',
  '010/1234/5678',
  '010_1234_5678',
  '010–1234–5678',
  '010～1234～5678',
  '011-234-5678',
  '02-123-4567',
  '02) 123-4567',
  '(02)1234-5678',
  '031-123-4567',
  '070-1234-5678',
  '0507-1234-5678',
  '0 1 0 1 2 3 4 5 6 7 8',
  '０１０－１２３４－５６７８',
  '٠١٠-١٢٣٤-٥٦٧٨',
  // From abroad.
  '+82 10 1234 5678',
  '+82-10-1234-5678',
  '+821012345678',
  '+1 (212) 555-0123',
  '+49 30 123456',
  '0044 20 7946 0123',
  '82-10-1234-5678',
  '821012345678',
  // Of companies.
  '1588-1234',
  '1600 1234',
  '1877.1234',
  '15771234',
  // Accounts and cards, in the groups of banks.
  '123456-78-901234',
  '110-123-456789',
  '1002-123-456789',
  '3333-01-1234567',
  '1000-1234-5678',
  '301-1234-5678-91',
  '123-12-1234-123',
  '9002-1234-5678-9',
  '110 123 456789',
  '110123456789',
  '1101234567890123',
  '4111-1111-1111-1111',
  '900101-1234567',
  '123-45-67890',
  '12345678',
  // Where somebody is.
  '37.49794',
  '-122.41942',
];

/** What else has digits. */
const others = [
  // Days and times.
  '2026-10-03',
  '2026-10-03 14:00',
  '2026-10-03 14:00:00',
  '2026.10.03 14시',
  '2026. 10. 3. 14:00',
  '2026/10/03',
  '26-10-03 14:00',
  '20261003',
  '20261003 1400',
  '03.10.2026 14:00',
  '2026-10-03 ~ 2026-10-05',
  '2026-10-03~10-05 14:00',
  '2026.10.03-2026.10.05',
  '10/3 14:00-15:30',
  '2026년 11월 28일 3시',
  '2026-10-03T14:00:00Z',
  '2019 2020 2021',
  '09:00~18:00',
  // Amounts.
  '15000000원',
  '15,000,000원',
  '15000000',
  '1 500 000원',
  '1.500.000원',
  '15000000 원',
  '1500000000원',
  '150000000 won',
  '₩150000000',
  '$ 12345678',
  '1500000-2000000원',
  '1500000~2000000원',
  '7000-8000',
  '1200만원',
  // Sizes.
  '1920x1080',
  '3840*2160',
  '1200x800x750',
  '1200 x 800 x 750 mm',
  '1200-800-750',
  '1200 1500 1800',
  '220 230 240 250',
  '95 100 105 110',
  '90-60-90',
  '3.5인치',
  '12345678px',
  '5000mAh 128GB',
  // Models and the like.
  'WH-1000XM5',
  'SM-S928N',
  'RTX 3080 10GB 2021',
  'NT950XCR-A58A',
  'SN12345678',
  '12345678A',
  'iPhone 15 128GB 2023',
  '192.168.100.200',
  '1-2-3-4',
  '1 2 3 4 5 6 7 8 9 10',
];

const frames: [string, (inner: string) => string][] = [
  ['alone', (inner) => inner],
  ['ko', (inner) => `여기요 ${inner} 로 연락 주세요`],
  ['en', (inner) => `Call me: ${inner}, please`],
  ['in brackets', (inner) => `"${inner}"입니다!`],
];

describe.each(frames)('%s', (_, frame) => {
  test.each(numbers)('%s is masked', (number) => {
    expect(masked(frame(number))).toBe(frame('•••'));
  });

  test.each(others)('%s stays', (other) => {
    expect(masked(frame(other))).toBe(frame(other));
  });
});

test('each by itself, where several stand in one line', () => {
  expect(masked('2026-10-03 010-1234-5678')).toBe('2026-10-03 •••');
  expect(masked('3 010-1234-5678')).toBe('3 •••');
  expect(masked('010-1234-5678 02-123-4567')).toBe('••• •••');
  expect(masked('15000000원, 110-123-456789 (2026.10.03까지)')).toBe(
    '15000000원, ••• (2026.10.03까지)',
  );
  expect(masked('110123456789만 받아요')).toBe('•••만 받아요');
});

const digit = fc.integer({ min: 0, max: 9 });
const digits = (length: number) =>
  fc.array(digit, { minLength: length, maxLength: length }).map((all) => all.join(''));
const separator = fc.constantFrom('', '-', ' ', '.', ' - ', ')', '·', '–');
const words = fc.constantFrom('네고', '연락', 'call', '~', '(', ',', '집', '', '!');

/** No run of digits that is left is one to call or to pay to. */
const leavesNothing = (text: string, number: string) => {
  const left = masked(text).replace(/\D/g, '');
  return !left.includes(number.replace(/\D/g, '').slice(-6));
};

test('no number with a leading zero, or from abroad, is left', () => {
  const prefix = fc.constantFrom(
    '010',
    '011',
    '02',
    '031',
    '064',
    '070',
    '0507',
    '+82 10',
    '+8210',
  );
  fc.assert(
    fc.property(words, prefix, fc.constantFrom(3, 4), separator, digits(8), words, (...given) => {
      const [before, first, length, apart, rest, behind] = given;
      const number = [first, rest.slice(0, length), rest.slice(length, length + 4)].join(apart);
      return leavesNothing(`${before} ${number} ${behind}`, number);
    }),
  );
});

test('no account in the groups of a bank is left', () => {
  const forms = fc.constantFrom([6, 2, 6], [3, 3, 6], [4, 3, 6], [4, 2, 7], [3, 2, 6], [3, 6, 5]);
  fc.assert(
    fc.property(words, forms, fc.constantFrom('-', ' '), digits(14), words, (...given) => {
      const [before, form, apart, all, behind] = given;
      let at = 0;
      const groups = form.map((length) => all.slice(at, (at += length)));
      const number = groups.join(apart);
      return leavesNothing(`${before} ${number} ${behind}`, number);
    }),
  );
});

test('amounts and days stay whatever they are', () => {
  const amount = fc.integer({ min: 1, max: 2_000_000_000 });
  const day = fc
    .date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10));
  fc.assert(
    fc.property(amount, day, fc.constantFrom('-', '.', '/'), (price, at, sign) => {
      for (const text of [
        `${price}원`,
        `${price.toLocaleString('en')}원`,
        `${price} won`,
        `₩${price}`,
        at.replaceAll('-', sign),
        `${at.replaceAll('-', sign)} 14:30`,
        at.replaceAll('-', ''),
      ])
        expect(masked(text)).toBe(text);
    }),
  );
});

test('what has no digit stays as it is, on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      fc.pre(!/\p{Nd}/u.test(text));
      expect(masked(text)).toBe(text.replace(/\s+/gu, ' ').trim());
    }),
  );
});
