import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { request } from '../../src/contract/index.js';

const accepted = (text: unknown): string | null => {
  const parsed = request.Email.safeParse(text);
  return parsed.success ? parsed.data : null;
};

const alphabet = (characters: string) => fc.constantFrom(...characters);
const atomText = fc.string({
  unit: alphabet("abcxyzABCXYZ0123456789!#$%&'*+/=?^_`{|}~-"),
  minLength: 1,
  maxLength: 12,
});
const local = fc
  .array(atomText, { minLength: 1, maxLength: 4 })
  .map((atoms) => atoms.join('.'))
  .filter((text) => text.length <= 64);
const alphanumeric = alphabet('abcxyzABCXYZ0123456789');
const label = fc
  .tuple(alphanumeric, fc.string({ unit: alphabet('abc019-'), maxLength: 20 }), alphanumeric)
  .map((parts) => parts.join(''));
const topLabel = fc.string({ unit: alphabet('abcxyzXYZ'), minLength: 2, maxLength: 10 });
const domain = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 4 }), topLabel)
  .map(([labels, top]) => [...labels, top].join('.'));
const address = fc.tuple(local, domain).map((parts) => parts.join('@'));
/** An address into which one of the signs that hold it together has slipped once more. */
const spoiled = fc
  .tuple(address, fc.constantFrom('', '.', '-', '@', '_', 'ㄱ'), fc.nat())
  .map(([text, sign, at]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + sign + text.slice(place);
  });
const blanks = fc.string({ unit: alphabet(' \t\n'), maxLength: 4 });

test('a dot-atom at a domain of at least two labels is taken, folded to one form', () => {
  fc.assert(
    fc.property(address, blanks, blanks, (written, before, after) => {
      expect(accepted(`${before}${written}${after}`)).toBe(written.toLowerCase());
    }),
  );
});

test('folding twice is folding once', () => {
  fc.assert(
    fc.property(address, (written) => {
      const folded = accepted(written)!;
      expect(accepted(folded)).toBe(folded);
      expect(accepted(folded.toUpperCase())).toBe(folded);
    }),
  );
});

test('an address with a character put in that has no place there is refused', () => {
  fc.assert(
    fc.property(
      address,
      fc.constantFrom(
        ' ',
        '@',
        '"',
        '(',
        ')',
        ',',
        ':',
        ';',
        '<',
        '>',
        '[',
        '\\',
        '\n',
        '\0',
        'é',
        '민',
      ),
      fc.nat(),
      (written, intruder, at) => {
        const inside = 1 + (at % (written.length - 1));
        expect(accepted(written.slice(0, inside) + intruder + written.slice(inside))).toBeNull();
      },
    ),
  );
});

test('whatever is taken has one @, no blank, bounded parts and nothing but printable ASCII', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: alphabet('aA1.-@ _+\t') }), spoiled),
      (text) => {
        const taken = accepted(text);
        if (taken === null) return;
        expect(taken).toMatch(/^[\x21-\x7e]+$/);
        expect(taken.length).toBeLessThanOrEqual(254);
        const [name, host, ...more] = taken.split('@');
        expect(more).toEqual([]);
        expect(name!.length).toBeLessThanOrEqual(64);
        for (const part of name!.split('.')) expect(part).not.toBe('');
        const labels = host!.split('.');
        expect(labels.length).toBeGreaterThanOrEqual(2);
        for (const one of labels) expect(one).toMatch(/^(?!-)[a-z0-9-]{1,63}(?<!-)$/);
      },
    ),
    { numRuns: 1_000 },
  );
});

const host = (length: number) =>
  `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(length - 131)}.co`;

test.each([
  ['the shortest', 'a@b.co'],
  ['a tag', 'minji+haggle@example.com'],
  ['every special letter', "!#$%&'*+/=?^_`{|}~-@example.com"],
  ['digits only before the @', '010@example.co.kr'],
  ['a hyphen in a label', 'a@b-c.co'],
  ['an encoded domain', 'a@xn--9d0b.xn--3e0b707e'],
  ['64 characters before the @', `${'a'.repeat(64)}@b.co`],
  ['a label of 63', `a@${'b'.repeat(63)}.co`],
  ['254 characters', `${'a'.repeat(64)}@${host(189)}`],
])('taken: %s', (_what, text) => {
  expect(accepted(text)).toBe(text);
});

test.each([
  ['no dot in the domain', 'a@b'],
  ['two dots', 'a@b..com'],
  ['a dot in front', '.a@b.co'],
  ['a dot before the @', 'a.@b.co'],
  ['a dot behind the @', 'a@.b.co'],
  ['a dot at the end', 'a@b.co.'],
  ['a blank inside', 'a b@c.co'],
  ['two @', 'a@b@c.co'],
  ['quotes', '"a b"@c.co'],
  ['a comment', 'a(b)@c.co'],
  ['a name around it', 'Minji <a@b.co>'],
  ['an address instead of a domain', 'a@[127.0.0.1]'],
  ['numbers instead of a domain', 'a@127.0.0.1'],
  ['a label that begins with a hyphen', 'a@-b.co'],
  ['a label that ends with a hyphen', 'a@b-.co'],
  ['a top label of one letter', 'a@b.c'],
  ['an underscore in the domain', 'a@b_c.co'],
  ['a label of 64', `a@${'b'.repeat(64)}.co`],
  ['65 characters before the @', `${'a'.repeat(65)}@b.co`],
  ['255 characters', `${'a'.repeat(64)}@${host(190)}`],
  ['a wide @', 'a＠b.co'],
  ['letters that look like others', 'аdmin@b.co'],
  ['nothing', ''],
  ['blanks', '   '],
  ['a number', 7],
  ['an object', { $gt: '' }],
])('refused: %s', (_what, text) => {
  expect(accepted(text)).toBeNull();
});

test('a hopeless text is judged at once, not after trying all ways to read it', () => {
  const start = performance.now();
  for (const text of [`${'a.'.repeat(126)}@`, `a@${'a-'.repeat(126)}`, `a@${'a.'.repeat(126)}`])
    expect(accepted(text)).toBeNull();
  expect(accepted('a'.repeat(10_000_000))).toBeNull();
  expect(performance.now() - start).toBeLessThan(1_000);
});
