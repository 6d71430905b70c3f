import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { view } from '../../src/contract/index.js';
import type { Entry } from '../../src/domain/entry.js';
import { withParticle } from '../../workers/push/render/particles.js';
import { createRenderer, renderNotification } from '../../workers/push/render/render.js';
import { templateOf } from '../../workers/push/render/template.js';
import { en } from '../../workers/push/render/words.en.js';
import { ko } from '../../workers/push/render/words.ko.js';

describe('particles', () => {
  test.each([
    // vowel
    ['민지', '민지가', '민지를', '민지와', '민지로'],
    ['상자', '상자가', '상자를', '상자와', '상자로'],
    // consonant
    ['지훈', '지훈이', '지훈을', '지훈과', '지훈으로'],
    ['의자방', '의자방이', '의자방을', '의자방과', '의자방으로'],
    // ㄹ: 로, not 으로
    ['서울', '서울이', '서울을', '서울과', '서울로'],
    ['한별', '한별이', '한별을', '한별과', '한별로'],
    // digits, by how they are read
    ['길동0', '길동0이', '길동0을', '길동0과', '길동0으로'],
    ['길동1', '길동1이', '길동1을', '길동1과', '길동1로'],
    ['길동2', '길동2가', '길동2를', '길동2와', '길동2로'],
    ['길동3', '길동3이', '길동3을', '길동3과', '길동3으로'],
    ['길동4', '길동4가', '길동4를', '길동4와', '길동4로'],
    ['길동5', '길동5가', '길동5를', '길동5와', '길동5로'],
    ['길동6', '길동6이', '길동6을', '길동6과', '길동6으로'],
    ['길동7', '길동7이', '길동7을', '길동7과', '길동7로'],
    ['길동8', '길동8이', '길동8을', '길동8과', '길동8로'],
    ['길동9', '길동9가', '길동9를', '길동9와', '길동9로'],
    ['user100', 'user100이', 'user100을', 'user100과', 'user100으로'],
    // Latin words, by their last sound
    ['Anna', 'Anna가', 'Anna를', 'Anna와', 'Anna로'],
    ['Kim', 'Kim이', 'Kim을', 'Kim과', 'Kim으로'],
    ['John', 'John이', 'John을', 'John과', 'John으로'],
    ['young', 'young이', 'young을', 'young과', 'young으로'],
    ['Paul', 'Paul이', 'Paul을', 'Paul과', 'Paul로'],
    ['Nicole', 'Nicole이', 'Nicole을', 'Nicole과', 'Nicole로'],
    ['Jane', 'Jane이', 'Jane을', 'Jane과', 'Jane으로'],
    ['Mike', 'Mike가', 'Mike를', 'Mike와', 'Mike로'],
    ['Mark', 'Mark가', 'Mark를', 'Mark와', 'Mark로'],
    ['Jack', 'Jack이', 'Jack을', 'Jack과', 'Jack으로'],
    ['minseok', 'minseok이', 'minseok을', 'minseok과', 'minseok으로'],
    ['Eric', 'Eric이', 'Eric을', 'Eric과', 'Eric으로'],
    ['Bob', 'Bob이', 'Bob을', 'Bob과', 'Bob으로'],
    ['Peter', 'Peter가', 'Peter를', 'Peter와', 'Peter로'],
    ['David', 'David가', 'David를', 'David와', 'David로'],
    ['Renée', 'Renée가', 'Renée를', 'Renée와', 'Renée로'],
    // Latin letters that are spelled: 엘, 엠, 알, 티비
    ['LG', 'LG가', 'LG를', 'LG와', 'LG로'],
    ['SM', 'SM이', 'SM을', 'SM과', 'SM으로'],
    ['XL', 'XL이', 'XL을', 'XL과', 'XL로'],
    ['DDR', 'DDR이', 'DDR을', 'DDR과', 'DDR로'],
    ['3m', '3m이', '3m을', '3m과', '3m으로'],
    // letters of Hangul alone, by their names
    ['ㅋㅋ', 'ㅋㅋ이', 'ㅋㅋ을', 'ㅋㅋ과', 'ㅋㅋ으로'],
    // signs behind the word say nothing
    ['민지😀', '민지😀가', '민지😀를', '민지😀와', '민지😀로'],
    ['지훈 ♥!', '지훈 ♥!이', '지훈 ♥!을', '지훈 ♥!과', '지훈 ♥!으로'],
    // what nobody can read without knowing it
    ['😀', '😀이(가)', '😀을(를)', '😀와(과)', '😀(으)로'],
    ['田中', '田中이(가)', '田中을(를)', '田中와(과)', '田中(으)로'],
  ])('%s', (word, subject, object, company, direction) => {
    expect([
      withParticle(word, '이/가'),
      withParticle(word, '을/를'),
      withParticle(word, '와/과'),
      withParticle(word, '으로/로'),
    ]).toEqual([subject, object, company, direction]);
  });
});

const at = '2026-11-28T06:00:00.000Z';
const offer = (act: view.OfferAct, amount: number) =>
  ({ kind: 'offer', offer: { act, amount } }) as Partial<Entry>;
const appointment = (act: view.AppointmentAct) =>
  ({
    kind: 'appointment',
    appointment: {
      act,
      at,
      place: { name: '강남역 3번 출구', point: { latitude: 37.4, longitude: 127 } },
    },
  }) as Partial<Entry>;
const notice = (type: string) =>
  ({ kind: 'system', senderId: null, notice: { type, at } }) as Partial<Entry>;

/** One entry for every way in which something can be said. */
const entries: Record<string, Partial<Entry>> = {
  text: { kind: 'text', text: '아직 있나요?' },
  image: { kind: 'image', images: [{ id: 'i', width: 1, height: 1 }] },
  imageCaptioned: {
    kind: 'image',
    images: [{ id: 'i', width: 1, height: 1 }],
    text: '여기 흠집이 있어요',
  },
  place: {
    kind: 'place',
    place: { latitude: 37.49794, longitude: 127.02762, name: '테헤란로 123' },
  },
  ...Object.fromEntries(view.OfferAct.options.map((act) => [`offer.${act}`, offer(act, 70_000)])),
  ...Object.fromEntries(view.OfferAct.options.map((act) => [`free ${act}`, offer(act, 0)])),
  ...Object.fromEntries(
    view.AppointmentAct.options.map((act) => [`appointment.${act}`, appointment(act)]),
  ),
  ...Object.fromEntries(view.noticeTypes.map((type) => [`notice.${type}`, notice(type)])),
};

const listingNews = ['matched', 'found', 'followed', 'priceCut'].map((what) => `listing.${what}`);

const said = (entry: Partial<Entry>, locale: string, name = '민지') => {
  const { template, params } = templateOf(entry as Entry);
  return renderNotification({ template, params: { ...params, name }, locale, preview: true });
};

describe('what is said', () => {
  const rendered = Object.entries(entries).flatMap(([what, entry]) =>
    ['ko', 'en'].map((locale) => [what, locale, said(entry, locale)] as const),
  );

  test.each(rendered)('%s in %s', (what, locale, { title, body }) => {
    const { template } = templateOf(entries[what] as Entry);
    expect(template).not.toBe('neutral');
    expect(title).not.toBe('');
    expect(body).not.toBe('');
    for (const text of [title, body]) {
      expect(text).not.toMatch(/[{}<>]|undefined|NaN/);
      expect(text.length).toBeLessThanOrEqual(80);
      // Places and coordinates never leave.
      expect(text).not.toMatch(/강남역|테헤란로|37\.|127/);
    }
    if (locale === 'en')
      expect(`${title} ${body}`.replace(/민지|아직.*|여기.*/gu, '')).not.toMatch(/[가-힣]/);
  });

  test('every template is reached, or is one that no entry has', () => {
    const reached = Object.values(entries).map((entry) => templateOf(entry as Entry).template);
    const known = [...reached, ...listingNews, 'digest', 'neutral'];
    expect(new Set(known)).toEqual(new Set(Object.keys(ko)));
    expect(Object.keys(en).sort()).toEqual(Object.keys(ko).sort());
  });

  test('in words', () => {
    const line = (what: string, locale = 'ko', name?: string) => {
      const { title, body } = said(entries[what]!, locale, name);
      return `${title} | ${body}`;
    };
    expect(line('text')).toBe('민지 | 아직 있나요?');
    expect(line('image')).toBe('민지 | 사진 1장을 보냈어요');
    expect(line('offer.made', 'ko', '지훈')).toBe('가격 제안 | 지훈이 70,000원을 제안했어요');
    expect(line('offer.made', 'ko', 'kim3')).toBe('가격 제안 | kim3이 70,000원을 제안했어요');
    expect(line('offer.made', 'en')).toBe('New offer | 민지 offers ₩70,000');
    expect(line('free made')).toBe('나눔 신청 | 민지가 나눔을 신청했어요');
    expect(line('free fulfilled')).toBe('거래 완료 | 민지와 거래를 마쳤어요');
    expect(line('appointment.changed', 'ko', 'Paul')).toBe(
      '약속 변경 | Paul이 약속을 11월 28일 오후 3시로 바꾸자고 했어요',
    );
    expect(line('notice.appointmentSoon', 'en')).toMatch(/You are meeting 민지 on Nov 28.*3:00/);
  });

  test('news of listings, with what they cost', () => {
    const line = (template: string, locale: string, params: Record<string, string | number>) => {
      const given = { title: '맥북 프로', price: 30_000, ...params };
      const { title, body } = renderNotification({
        template,
        params: given,
        locale,
        preview: true,
      });
      return `${title} | ${body}`;
    };
    const matched = { keyword: '맥북' };
    expect(line('listing.matched', 'ko', matched)).toBe('‘맥북’ 새 상품 | 맥북 프로, 30,000원');
    expect(line('listing.matched', 'en', matched)).toBe('“맥북” is here | 맥북 프로, ₩30,000');
    expect(line('listing.found', 'ko', { price: 0 })).toMatch(/맥북 프로, 나눔$/);
    expect(line('listing.followed', 'en', { name: 'Junho' })).toBe(
      'New from Junho | 맥북 프로, ₩30,000',
    );
    expect(line('listing.priceCut', 'ko', { before: 40_000 })).toMatch(/40,000원 → 30,000원$/);
    expect(line('listing.priceCut', 'en', { before: 40_000, price: 0 })).toMatch(
      /: free instead of ₩40,000$/,
    );
  });

  test('times are those of the device', () => {
    const { template, params } = templateOf(entries['appointment.proposed'] as Entry);
    const { body } = renderNotification({
      template,
      params: { ...params, name: 'Paul' },
      locale: 'en',
      preview: true,
      timeZone: 'Europe/Berlin',
    });
    expect(body).toMatch(/7:00\sAM/);
  });

  test('with previews off nobody is named and nothing repeated', () => {
    for (const entry of Object.values(entries)) {
      const { template, params } = templateOf(entry as Entry);
      const given = { template, params: { ...params, name: '민지' }, preview: false };
      expect(renderNotification({ ...given, locale: 'ko' })).toEqual({
        title: 'Haggle',
        body: '새 소식이 있어요',
      });
      expect(renderNotification({ ...given, locale: 'en' }).body).toBe('There is something new');
    }
  });

  test('a digest counts', () => {
    const of = (count: number, locale: string) =>
      renderNotification({ template: 'digest', params: { count }, locale, preview: false }).body;
    expect(of(3, 'ko')).toBe('그동안 새 소식 3개가 있었어요');
    expect(of(1, 'en')).toBe('One thing happened meanwhile');
    expect(of(3, 'en')).toBe('3 things happened meanwhile');
  });
});

describe('what is missing', () => {
  const given = { template: 'text', params: { name: '민지', text: '안녕' }, preview: true };

  test('in a language is said in Korean, and what is missing there in neutral words', () => {
    const render = createRenderer({ ko, en: { neutral: en.neutral } });
    expect(render({ ...given, locale: 'en' }).body).toBe('안녕');
    expect(render({ ...given, locale: 'fr' }).body).toBe('안녕');
    for (const template of ['notice.ofANewerServer', 'constructor', '__proto__']) {
      expect(render({ ...given, template, locale: 'en' }).body).toBe('There is something new');
      expect(render({ ...given, template, locale: 'ko' }).body).toBe('새 소식이 있어요');
    }
  });

  test('a name that is not known any more', () => {
    expect(said({ kind: 'text', text: '안녕' }, 'ko').title).toBe('민지');
    expect(renderNotification({ ...given, params: {}, locale: 'ko' }).title).toBe(
      '알 수 없는 사용자',
    );
  });
});

describe('what people wrote', () => {
  const body = (text: string) => said({ kind: 'text', text }, 'ko').body;

  test.each([
    ['010-1234-5678로 연락 주세요', '•••로 연락 주세요'],
    ['01012345678', '•••'],
    ['+82 10 1234 5678', '•••'],
    ['국민 123456-78-901234', '국민 •••'],
    ['02) 123-4567, 급해요', '•••, 급해요'],
    ['37.49794, 127.02762 앞', '•••, ••• 앞'],
    ['0 1 0 1 2 3 4 5 6 7 8', '•••'],
  ])('no number that leads to somebody: %s', (text, shown) => {
    expect(body(text)).toBe(shown);
  });

  test.each([
    '70,000원에 주세요',
    '1,200,000원',
    '2026년 11월 28일 3시',
    '아이폰 15 128GB',
    '3.5인치',
  ])('but what else has digits: %s', (text) => {
    expect(body(text)).toBe(text);
  });

  test('is no template', () => {
    expect(body('{name} <iga>x</iga> #')).toBe('{name} <iga>x</iga> #');
    expect(said(entries['offer.made']!, 'ko', "{a}'<iga>").body).toContain("{a}'<iga>");
  });

  test('is one line of at most 80 characters that ends in a whole sign', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(body(`안녕\n\n${'가'.repeat(100)}`)).toBe(`안녕 ${'가'.repeat(76)}…`);
    expect(body('가'.repeat(80))).toBe('가'.repeat(80));
    expect(body(`${'가'.repeat(75)}${family}${family}`)).toBe(`${'가'.repeat(75)}…`);
    const segments = new Intl.Segmenter('ko', { granularity: 'grapheme' });
    const signs = (text: string) => [...segments.segment(text)].map(({ segment }) => segment);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('가', 'é', family, '🇰🇷', 'ก็', 'a', ' '), { maxLength: 120 }),
        (all) => {
          const whole = all.join('').replace(/\s+/g, ' ').trim();
          const shown = body(whole);
          expect(shown.length).toBeLessThanOrEqual(80);
          if (shown !== whole)
            expect(signs(whole).join('').startsWith(signs(shown).slice(0, -1).join(''))).toBe(true);
          if (shown !== whole)
            expect(
              signs(whole)
                .slice(0, signs(shown).length - 1)
                .join('')
                .trimEnd(),
            ).toBe(shown.slice(0, -1));
        },
      ),
    );
  });
});
