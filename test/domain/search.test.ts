import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { amountsIn } from '../../src/domain/search/amounts.js';
import { foldText } from '../../src/domain/search/fold-text.js';
import { assembled, disassembled } from '../../src/domain/search/hangul.js';
import { messageWords } from '../../src/domain/search/message-words.js';
import { inOtherLayout } from '../../src/domain/search/other-layout.js';
import { looksForNothing, placeOf, readQuery } from '../../src/domain/search/search-query.js';
import { tokensAsked, tokensOf } from '../../src/domain/search/tokens.js';

const listing = (title: string, description = '', price = 1) => ({ title, description, price });
const finds = (q: string, title: string, description?: string, price?: number) =>
  placeOf(readQuery(q), listing(title, description, price));
const halfWidth = (text: string) =>
  [...text].map((letter) => String.fromCodePoint(0xffa1 + consonants.indexOf(letter))).join('');
const consonants = [...'ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ'];

describe('A title is found', () => {
  test.each([
    ['맥북프로', '맥북 프로 14인치'],
    ['맥북 프로', '맥북프로 14인치'],
    ['프로 맥북', '맥북 에어 말고 프로'],
    ['맥 북', '맥북'],
    ['아이폰15pro', '아이폰 15 Pro'],
    ['아이폰 15 PRO', '아이폰15pro'],
    ['아이폰-15_pro', '아이폰 15 Pro'],
    ['macbook', 'ＭａｃＢｏｏｋ'],
    ['ＭａｃＢｏｏｋ', 'macbook'],
    ['kg', '쌀 10㎏'],
    ['1.7L', '전기 주전자 1.7L'],
    ['30000', '문화상품권 30,000원'],
    ['한글', '한\u200b글 각인'],
    ['cafe', 'Café 의자'.normalize('NFD')],
    ['맥북', '맥북'.normalize('NFD')],
    ['맥북'.normalize('NFD'), '맥북'],
    ['ㅁㅐㄱㅂㅜㄱ', '맥북'],
    ['ﾱￃﾡﾲￓﾡ', '맥북'],
    ['맥북', 'ﾱￃﾡﾲￓﾡ'],
    ['ㅁㅂ', '맥북'],
    ['ㅁㅂ 14', '맥북 프로 14인치'],
    ['ㅁㅂ14', '맥북 14인치'],
    ['ㅁㅂㅍㄹ', '맥북 프로'],
    [halfWidth('ㅁㅂ'), '맥북'],
    ['ᄆᄇ', '맥북'],
    ['ㄳ', '가수 앨범'],
    ['맥ㅂ', '맥북'],
    ['ㅁ북', '맥북'],
    ['ㅋㅋ', 'ㅋㅋ 스티커'],
    ['자저', '자전거'],
    ['접이식 자저', '접이식 자전거'],
    ['자전ㄱ', '자전거'],
    ['사고', '사과 한 상자'],
    ['달', '달항아리'],
    ['ㅎ', '한글'],
    ['책', '책'],
    ['아이폰15프로맥스', '아이폰 15 Pro Max 256GB'],
    ['iphone15promax', '아이폰 15 프로 맥스'],
    ['아이폰 15 pro', 'iPhone15 프로'],
    ['macbookp', 'MacBook Pro'],
    ['nike', 'NIKELAB 자켓'],
    ['엘지 그램', 'LG그램 17'],
    ['256기가', '아이폰 256GB'],
    ['256 gb', '아이폰 256기가바이트'],
    ['256기', '아이폰 256GB'],
    ['1tb ssd', '삼성 SSD 1테라'],
    ['20키로', '쌀 20kg'],
    ['20kg', '쌀 20킬로그램'],
    ['27인치', '모니터 27inch'],
    ['1.7리터', '전기 주전자 1.7L'],
    ['자전거 -아동용', '자전거 성인용'],
    ['침낭 -10도', '겨울 침낭 -10도'],
    ['wi-fi', '와이파이 wi-fi 공유기'],
    ['플스5', 'PS5 디스크'],
    ['ps5', '플스5 디스크'],
    ['나눔', '몬스테라 화분 나눔해요'],
    ['나눔고딕', '나눔고딕 서체집'],
  ])('with %s: %s', (q, title) => {
    expect(finds(q, title)).toBe('title');
  });

  test.each([
    ['북맥', '맥북'],
    ['맥북 에어', '맥북 프로'],
    ['ㅁㅍ', '맥북'],
    ['자조', '자전거'],
    ['컵', '커버'],
    ['차', '책상'],
    ['가', '각목'],
    ['자전거포', '자전거'],
    ['아이폰15', '아이폰 1 5인치'.replace(' 5', '4 5')],
    ['3만원', '맥북'],
    ['자전거 -아동용', '자전거 아동용'],
    ['자전거 -pro', '자전거 프로'],
    ['256기가', '아이폰 128GB'],
    ['아이폰 15 미니', 'iPhone 15 Pro'],
    ['max', 'climax 포스터'],
  ])('not with %s: %s', (q, title) => {
    expect(finds(q, title)).toBeUndefined();
  });
});

test('what the title lacks may stand at the beginning of a word of the description', () => {
  expect(finds('맥북 상자', '맥북', '상자도 드려요')).toBe('description');
  expect(finds('맥북프로', '노트북', '애플 맥북 프로 입니다')).toBe('description');
  expect(finds('상자', '맥북', '종이상자')).toBeUndefined();
  expect(finds('맥북 가방', '맥북', '상자도 드려요')).toBeUndefined();
  expect(finds('ㅅㅈ', '맥북', '상자도 드려요')).toBeUndefined();
  expect(finds('상자', '맥북', `${'가 '.repeat(300)}상자`)).toBeUndefined();
});

test.each([
  ['3만원', [30_000]],
  ['3만 원', [30_000]],
  ['30,000원', [30_000]],
  ['3만5천원', [35_000]],
  ['3만 5천원', [35_000]],
  ['3만5000원', [35_000]],
  ['1.5만', [15_000]],
  ['1억 2천만원', [120_000_000]],
  ['2천5백만원', [25_000_000]],
  ['３만원', [30_000]],
  ['쿠폰 3만원, 5만원', [30_000, 50_000]],
  ['책 무료나눔', [0]],
  ['그림책나눔합니다', [0]],
  ['너무나 좋은 의자', []],
  ['0원', [0]],
  ['35,000', [35_000]],
  ['만원', [10_000]],
  ['만 원', [10_000]],
  ['백만원', [1_000_000]],
  ['이만 오천원', [25_000]],
  ['이십오만원', [250_000]],
  ['만오천원', [15_000]],
  ['상품권 오만원권', [50_000]],
  ['인천원룸, 천원샵', []],
  ['오만과 편견, 삼천리', []],
  ['갤럭시 23', []],
  ['999억', []],
  ['0.00001만', []],
])('the amounts in %s are %j', (text, amounts) => {
  expect(amountsIn(text)).toEqual(amounts);
});

describe('An amount is a price', () => {
  test.each([
    ['3만원', [30_000], [29_999, 30_001]],
    ['자전거 30,000원', [30_000], [3_000]],
    ['3만원대', [30_000, 39_999], [29_999, 40_000]],
    ['35만원대 자전거', [350_000, 359_999], [349_999, 360_000]],
    ['3만원 이하', [0, 30_000], [30_001]],
    ['자전거 3만원 미만', [29_999], [30_000]],
    ['3만원이상', [30_000], [29_999]],
    ['1만원 이상 3만원 이하', [10_000, 30_000], [9_999, 30_001]],
    ['만원 이하', [10_000], [10_001]],
    ['십만원대 자전거', [100_000, 199_999], [99_999, 200_000]],
    ['3~5만원', [30_000, 50_000], [29_999, 50_001]],
    ['자전거 3-5만원', [30_000, 50_000], [3, 50_001]],
    ['30,000원 ~ 50,000원', [30_000, 50_000], [29_999, 50_001]],
    ['3만원에서 5만원까지', [30_000, 50_000], [29_999, 50_001]],
    ['3만원부터 5만원까지 자전거', [30_000, 50_000], [29_999, 50_001]],
    ['3만원 아래', [30_000], [30_001]],
    ['3만원 초과', [30_001], [30_000]],
    ['3만원쯤', [27_000, 33_000], [26_999, 33_001]],
    ['나눔', [0], [1, 1_000]],
    ['자전거 나눔', [0], [1]],
    ['무료나눔', [0], [1]],
    ['무료 나눔 자전거', [0], [1]],
    ['무나', [0], [1]],
    ['-나눔', [1], []],
  ])('%s', (q, within, without) => {
    for (const price of within) expect(finds(q, '자전거', '', price)).toBe('title');
    for (const price of without) expect(finds(q, '자전거', '', price)).toBeUndefined();
  });
  test('or stands in the title', () => {
    expect(finds('3만원', '백화점 상품권 30,000원', '', 27_000)).toBe('title');
    expect(finds('1만', '1만 시간의 법칙', '', 5_000)).toBe('title');
  });
});

test.each(['', '.', '!!! ~', '🚲', '\u200b'])('%j looks for nothing', (q) => {
  expect(looksForNothing(readQuery(q))).toBe(true);
});

test('what the other keyboard layout says', () => {
  expect(inOtherLayout('aorqnr')).toContain('맥북');
  expect(inOtherLayout('AORQNR')).toContain('맥북');
  expect(inOtherLayout('dkdlvhs 15')).toContain('아이폰 15');
  expect(inOtherLayout('ㅡㅁ츄ㅐㅐㅏ')).toContain('macbook');
  expect(inOtherLayout('ㅑㅔㅗㅐㅜㄷ')).toContain('iphone');
  expect(inOtherLayout('hot wheels')).toContain('ㅗㅐㅅ 졷딘');
  expect(inOtherLayout('15')).toEqual([]);
  expect(['ㅏ', 'k', ' ㅋ '].flatMap(inOtherLayout)).toEqual([]);
  expect(inOtherLayout('lg rmfoa')).toContain('lg 그램');
  expect(inOtherLayout('ㅣㅎ 그램')).toContain('lg 그램');
  expect(inOtherLayout('a b c d e').length).toBeLessThanOrEqual(3);
});

const syllable = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCodePoint(code));
const common = fc.constantFrom(
  ...'가각간갉강고과괘나다닭디맥북프로자전거책값뭐의쓰있앉ㅋㅁㅂㅏab15 .',
);
const letter = fc.oneof({ weight: 4, arbitrary: common }, { weight: 1, arbitrary: syllable });
const text = (minLength = 0) =>
  fc.array(letter, { minLength, maxLength: 12 }).map((letters) => letters.join(''));
const anything = fc.string({ unit: 'grapheme', maxLength: 30 });

test('folding is done once, whatever the form of the text, and leaves words with one blank between', () => {
  fc.assert(
    fc.property(fc.oneof(text(), anything), (given) => {
      const once = foldText(given);
      expect(foldText(once)).toBe(once);
      expect(once).toMatch(/^(?:[\p{L}\p{N}\p{M}]+(?: [\p{L}\p{N}\p{M}]+)*)?$/u);
      for (const form of ['NFC', 'NFD']) expect(foldText(given.normalize(form))).toBe(once);
    }),
    { numRuns: 1_000 },
  );
});

test('a word is found from its second syllable on with every key that is pressed, up to the last', () => {
  fc.assert(
    fc.property(fc.array(syllable, { minLength: 2, maxLength: 5 }), text(), (word, after) => {
      const keys = [...disassembled(word.join(''))];
      for (let pressed = 1; pressed <= keys.length; pressed += 1) {
        const typed = assembled(keys.slice(0, pressed));
        if ([...typed].length < 2) continue;
        expect([typed, finds(typed, word.join('') + after)]).toEqual([typed, 'title']);
      }
    }),
  );
});

/** The same in several spellings. */
const spelt = [
  ['아이폰', 'iphone', 'iPhone', 'ＩＰＨＯＮＥ'],
  ['맥북', 'MacBook', 'macbook', '맥북'.normalize('NFD')],
  ['프로', 'pro', 'PRO'],
  ['맥스', 'Max'],
  ['256기가', '256GB', '256 gb', '256기가바이트'],
  ['5킬로', '5kg', '5㎏', '5키로', '5 킬로그램'],
  ['15', '１５'],
  ['자전거', 'ㅈㅏㅈㅓㄴㄱㅓ'],
] as const;

test('in whatever spelling names and units are typed and said, they are found, by tokens that are there', () => {
  const word = fc.nat(spelt.length - 1);
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 6 }),
      fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 6, maxLength: 6 }),
      fc.boolean(),
      (words, ways, apart) => {
        const inWay = (way: 0 | 1) =>
          words.map((at, index) => spelt[at]![ways[index]![way] % spelt[at]!.length]!);
        const title = inWay(0).join(' ');
        // Two numbers without a blank would be another number.
        const q = inWay(1).join(apart || words.some((at) => at > 3) ? ' ' : '');
        expect([q, title, finds(q, title)]).toEqual([q, title, 'title']);
        expect(tokensOf(listing(title))).toEqual(
          expect.arrayContaining(tokensAsked(readQuery(q), 'title')),
        );
        expect([q, finds(q, '가방', `${title} 팝니다`)]).toEqual([q, expect.anything()]);
      },
    ),
    { numRuns: 500 },
  );
});

/** Parts of what a listing says, as somebody may type them. */
const asked = (said: string) =>
  fc
    .array(
      fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 5 }), fc.constantFrom('', 'keys', 'initials')),
      { minLength: 1, maxLength: 3 },
    )
    .map((picks) =>
      picks
        .map(([start, length, how]) => {
          const from = [...said];
          const part = from.slice(start % from.length, (start % from.length) + length).join('');
          if (how === 'keys') return assembled([...disassembled(part)].slice(0, -1));
          return how === 'initials'
            ? [...disassembled(part)].filter((one) => /[ㄱ-ㅎ]/.test(one)).join('')
            : part;
        })
        .join(' '),
    );

test('what is found has every token that is asked for, so that an index misses nothing', () => {
  let found = 0;
  const said = fc
    .tuple(text(1), text(1))
    .chain(([title, description]) =>
      fc.tuple(
        fc.constant(title),
        fc.constant(description),
        fc.oneof(asked(title), asked(`${title}${description}`), text(), anything),
      ),
    );
  fc.assert(
    fc.property(said, ([title, description, q]) => {
      const query = readQuery(q);
      const one = listing(title, description, 30_000);
      const place = placeOf(query, one);
      if (place === undefined || looksForNothing(query)) return;
      found += 1;
      const kept = tokensOf(one);
      expect(kept).toEqual(expect.arrayContaining(tokensAsked(query, 'anywhere')));
      if (place === 'title')
        expect(kept).toEqual(expect.arrayContaining(tokensAsked(query, 'title')));
    }),
    { numRuns: 4_000 },
  );
  expect(found).toBeGreaterThan(500);
});

test('blanks inside a title change nothing', () => {
  fc.assert(
    fc.property(text(2), fc.nat(12), text(1), (title, at, q) => {
      const spaced = `${title.slice(0, at)} ${title.slice(at)}`;
      expect(finds(q, spaced)).toBe(finds(q, title));
    }),
  );
});

describe('Words in messages', () => {
  const says = (q: string, text: string) => messageWords(q).finds(text);
  const looks = (q: string, text: string) =>
    messageWords(q).looks.every((look) => new RegExp(look, 'iu').test(text));

  test.each([
    ['맥북프로', '맥북 프로 있어요'],
    ['프로 맥북', '맥북이요, 프로요'],
    ['ㅁㅂ', '맥북이요'],
    ['자저', '접이식자전거예요'],
    ['잦', '잦은 고장'],
    ['맥북', '맥북'.normalize('NFD')],
    ['맥북'.normalize('NFD'), '맥북 프로'],
    ['맥북', 'ﾱￃﾡﾲￓﾡ'],
    ['맥북', 'ㅁㅐㄱㅂㅜㄱ'],
    ['BIKE', 'ｂｉｋｅ'],
    ['cafe', 'CAFÉ'.normalize('NFD')],
    ['3만원', '3만 원에 주세요'],
    ['1.7L', '1.7 l 예요'],
    ['100', '(100%)'],
    ['ㅋㅋ', '아 ㅋㅋㅋ'],
    ['(', '네고 (가능)'],
    ['🚲', '이 🚲 요'],
    // Signs that a Korean keyboard has for several letters.
    ['㎏', '5㎏ 정도'],
    ['5kg', '5㎏ 정도'],
    ['㎏', '5kg'],
    ['84m2', '전용 84㎡'],
    ['84㎡', '전용 84m²'],
    ['g', '5㎏'],
    ['5k', '5㎏'],
    ['삼성', '㈜삼성전자'],
    ['주식회사', '㈜ 주식회사'],
    ['iii', '모델 Ⅲ'],
    ['1.5', '①.⑤'],
    ['가격', '㉮격'],
    ['files', 'ﬁles'],
  ])('%s in %s', (q, text) => {
    expect(says(q, text)).toBe(true);
    expect(looks(q, text)).toBe(true);
  });

  test.each([
    ['맥북 자전거', '맥북 있어요'],
    ['.*', '맥북'],
    ['b.ke', 'bike'],
    ['가', '각'],
    ['책', '챍'],
    ['(', '네고 가능'],
    ['ㅁㅂ', '북맥'],
  ])('not %s in %s', (q, text) => {
    expect(says(q, text)).toBe(false);
  });

  test('the patterns leave out what has other letters, such as rows of laughter', () => {
    expect(looks('자전거', '아 ㅋㅋㅋㅋㅋㅋㅋㅋ')).toBe(false);
    const long = 'ㅋ'.repeat(4_000);
    expect(looks('아이폰14프로맥스팔아요', long)).toBe(false);
    expect(looks('크크크크크크크크 자', long)).toBe(false);
  });

  test('what says them is found by the patterns, however it is typed', () => {
    const word = fc.constantFrom(
      '맥북',
      '자전거',
      'Café',
      '3만원',
      '1.7L',
      'ㅋㅋ',
      '값',
      '과자',
      '！',
      '-',
      '5㎏',
      '㈜',
    );
    const text = fc
      .array(word, { minLength: 1, maxLength: 5 })
      .chain((words) => fc.constantFrom(' ', '', '\n', ', ').map((blank) => words.join(blank)));
    const typed = fc.constantFrom(
      (one: string) => one,
      (one: string) => one.normalize('NFD'),
      (one: string) => one.toUpperCase(),
      (one: string) => disassembled(one),
      (one: string) => one.normalize('NFKC'),
      (one: string) => one.slice(0, -1),
    );
    fc.assert(
      fc.property(text, text, typed, typed, (said, asked, sayIt, askIt) => {
        const [q, entry] = [askIt(asked), sayIt(said)];
        if (says(q, entry)) expect([q, entry, looks(q, entry)]).toEqual([q, entry, true]);
        if (asked !== '' && said.includes(asked)) expect([q, says(asked, said)]).toEqual([q, true]);
      }),
      { numRuns: 2_000 },
    );
  });
});
