import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../../src/contract/index.js';
import { Listing, type ListingSnapshot } from '../../src/domain/listing.js';
import { isPriceCut } from '../../src/domain/listing-news.js';
import { meets, tokensMeeting, tokensWanted, type Wanted } from '../../src/domain/wanted.js';

const centre = { latitude: 37.556, longitude: 126.905 };
const nothing: Wanted = {
  q: null,
  near: null,
  radiusKm: 5,
  category: null,
  minPrice: null,
  maxPrice: null,
};
const wants = (some: Partial<Wanted>): Wanted => ({ ...nothing, ...some });
const listing = (some: Partial<ListingSnapshot>): ListingSnapshot => ({
  ...Listing.create(
    { title: '맥북 프로', description: '', price: 10_000, currency: 'KRW', category: 'digital' },
    { id: 'listing', sellerId: 'seller', now: new Date(0) },
  ).snapshot(),
  location: centre,
  ...some,
});

describe('What somebody waits for', () => {
  test.each<[string, Partial<Wanted>, Partial<ListingSnapshot>, boolean]>([
    ['a word of the title', { q: '맥북' }, {}, true],
    ['initial consonants', { q: 'ㅁㅂ' }, {}, true],
    ['a half-typed word', { q: '맥부' }, {}, true],
    ['a word without its blank', { q: '맥북프로' }, {}, true],
    ['half a word and its filters', { q: '맥ㅂ', category: 'digital', maxPrice: 20_000 }, {}, true],
    ['half of another word', { q: '맥주' }, {}, false],
    ['a word of the description', { q: '충전기' }, { description: '충전기 포함' }, true],
    ['a word that is not there', { q: '자전거' }, {}, false],
    ['another category', { category: 'books' }, {}, false],
    ['its category', { category: 'digital' }, {}, true],
    ['a lower price', { q: '맥북', maxPrice: 9_999 }, {}, false],
    ['this price', { q: '맥북', minPrice: 10_000, maxPrice: 10_000 }, {}, true],
    ['a price in words', { q: '맥북 1만원 이하' }, {}, true],
    ['a place elsewhere', { q: '맥북', near: { latitude: 35.1, longitude: 129 } }, {}, false],
    ['no place', { q: '맥북', near: centre }, { location: null }, false],
    ['a place near', { near: centre }, {}, true],
  ])('%s', (_what, wanted, is, met) => {
    expect(meets(wants(wanted), listing(is))).toBe(met);
  });

  test('is found under its tokens wherever it is met, and narrows or is refused', () => {
    const word = fc.constantFrom(
      '맥북',
      '프로',
      'ㅁㅂ',
      '맥부',
      '맥ㅂ',
      '14',
      '충전',
      '책',
      'a',
      '1만원 이하',
      '!',
    );
    const text = fc.array(word, { maxLength: 4 }).map((words) => words.join(' '));
    const place = fc.option(
      fc.record({
        latitude: fc.double({ min: 37, max: 37.2, noNaN: true }),
        longitude: fc.double({ min: 126.9, max: 127.1, noNaN: true }),
      }),
    );
    const category = fc.constantFrom('digital' as const, 'books' as const);
    fc.assert(
      fc.property(
        fc.record({ q: fc.option(text), near: place, category: fc.option(category) }),
        fc.record({ title: text, description: text, location: place, category }),
        fc.constantFrom(0.1, 5, 20, 50),
        (wanted, is, radiusKm) => {
          const one = wants({ ...wanted, radiusKm });
          const tokens = tokensWanted(one);
          if (tokens.length === 0 || !meets(one, listing(is))) return;
          const meeting = new Set(tokensMeeting(listing(is)));
          expect(tokens.some((token) => meeting.has(token))).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
    for (const vague of [{}, { q: 'ㅁ' }, { q: '!!' }, { q: '3만원 이하' }, { maxPrice: 1 }])
      expect(tokensWanted(wants(vague))).toEqual([]);
    expect(tokensWanted(wants({ near: centre, radiusKm: 50 }))).toEqual([]);
  });
});

test('a price is cut from 5 % on', () => {
  expect(isPriceCut(100_000, 95_000)).toBe(true);
  expect(isPriceCut(100_000, 95_001)).toBe(false);
  expect(isPriceCut(100_000, 100_000)).toBe(false);
  expect(isPriceCut(0, 0)).toBe(false);
  expect(isPriceCut(1, 0)).toBe(true);
});

test('over any history of prices: somebody is told of new lows alone, each 5 % below the last', () => {
  const prices = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), prices, (first, history) => {
      let known = first;
      for (const price of history) {
        const isTold = isPriceCut(known, price);
        expect(isTold).toBe(price < known && price * 20 <= known * 19);
        if (isTold) known = price;
        // Up and back again.
        expect(isPriceCut(known, known)).toBe(false);
      }
      // Whatever it was told of last, the lowest price is within 5 % of it.
      expect(isPriceCut(known, Math.min(first, ...history))).toBe(false);
    }),
  );
});

test('news come with what makes them, and with nothing else', () => {
  const input = { title: '의자', description: '', price: 100_000, currency: 'KRW' } as const;
  const by = { id: 'a', sellerId: 's', now: new Date(0) };
  const now = new Date(1);
  const draft = Listing.create({ ...input, category: 'other', state: 'draft' }, by);
  expect(draft.news).toEqual([]);
  expect(draft.edit({ price: 50_000 }, now).news).toEqual([]);
  expect(draft.putTo('onSale', now).news).toEqual([{ kind: 'published' }]);
  const stored = new Listing({ ...draft.putTo('onSale', now).snapshot(), unannounced: false });
  expect(stored.edit({ price: 100_001 }, now).news).toEqual([]);
  // A small cut may be the one that makes several a great one to somebody.
  expect(stored.edit({ price: 99_999 }, now).news).toEqual([{ kind: 'priceCut', before: 100_000 }]);
  expect(stored.edit({ price: 90_000 }, now).news).toEqual([{ kind: 'priceCut', before: 100_000 }]);
  expect(stored.putTo('hidden', now).putTo('onSale', now).news).toEqual([]);
  expect(stored.putTo('hidden', now).edit({ price: 10_000 }, now).news).toEqual([]);
  expect(Listing.create({ ...input, category: 'other' }, by).news).toEqual([{ kind: 'published' }]);
});

test('over any history: it is news when it is on sale, until somebody was told', () => {
  const now = new Date(1);
  const acts = {
    hide: (one: Listing) => one.putTo('hidden', now),
    show: (one: Listing) => one.putTo('onSale', now),
    reserve: (one: Listing) => one.reserveFor('deal'),
    release: (one: Listing) => one.release('deal'),
    ban: (one: Listing) => one.screened(['위조'], now),
    clear: (one: Listing) => one.screened([], now),
    blind: (one: Listing) => one.blind('other', now),
    unblind: (one: Listing) => one.unblind(),
    store: (one: Listing) => new Listing(one.snapshot()),
  };
  const story = fc.array(fc.constantFrom(...Object.values(acts)), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom('draft', 'onSale'), story, (state, history) => {
      const input = { title: '책', description: '', price: 1_000, currency: 'KRW' } as const;
      const by = { id: 'a', sellerId: 's', now };
      let one = Listing.create({ ...input, category: 'other', state }, by);
      for (const act of history) {
        const before = one;
        one = acted(before, act);
        if (act === acts.store) continue;
        const isNews = one.isOnSale && (!before.isOnSale || before.news.length > 0);
        expect(one.news).toEqual(isNews ? [{ kind: 'published' }] : []);
      }
      const told = new Listing({ ...one.snapshot(), unannounced: false });
      for (const act of Object.values(acts)) expect(acted(told, act).news).toEqual([]);
    }),
  );
});

/** What a listing is after an act, also when the act was refused. */
function acted(listing: Listing, act: (one: Listing) => Listing): Listing {
  try {
    return act(listing);
  } catch (error) {
    if (error instanceof Refusal) return listing;
    throw error;
  }
}
