import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BannedTerms } from '../../src/domain/banned-terms.js';

const terms = new BannedTerms(['담배', 'gun', 'AK-47', '술 (위스키)']);

describe('a banned term', () => {
  test.each<[string, string[]]>([
    ['새 담배 팔아요', ['담배']],
    ['전자담배', ['담배']],
    ['담.배', ['담배']],
    ['담 배 한 갑', ['담배']],
    ['담\u200b배', ['담배']],
    ['ＧＵＮ', ['gun']],
    ['G-u-n', ['gun']],
    ['ak47', ['AK-47']],
    ['AK - 47', ['AK-47']],
    ['술(위스키)', ['술 (위스키)']],
    ['상담 배송', []],
    ['배담', []],
    ['shotguns', ['gun']],
    ['', []],
  ])('%j has %j', (text, found) => {
    expect(terms.in(text)).toEqual(found);
  });

  test('is found whatever stands between its letters, in whatever case and width', () => {
    const gap = fc.stringMatching(/^[ .,\-_*~·\u200b]{0,3}$/);
    const letter = (one: string) =>
      fc.constantFrom(one, one.toUpperCase(), String.fromCharCode(one.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(
        fc.tuple(letter('g'), gap, letter('u'), gap, letter('n')),
        fc.stringMatching(/^[가-힣 ]{0,10}$/),
        (spelled, around) => {
          expect(terms.in(`${around} ${spelled.join('')} ${around}`)).toContain('gun');
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is quick to look for, whatever is written', () => {
    const many = new BannedTerms(Array.from({ length: 200 }, (_, index) => `금지어${index}`));
    expect(many.in(`${'금. '.repeat(1_000)}금지어199`)).toContain('금지어199');
  });
});
