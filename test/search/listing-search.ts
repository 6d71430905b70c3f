import { describe, expect, test, beforeEach } from '@jest/globals';
import { Listing, type ListingSnapshot } from '../../src/domain/listing.js';
import { readQuery } from '../../src/domain/search/search-query.js';
import type { FeedFilters } from '../../src/listings/feed-filter.js';
import type { Hits, ListingSearch, SearchSort } from '../../src/listings/listing-search.js';
import type { KeysetPosition } from '../../src/platform/pages.js';

/** An engine with nothing in it, and how a listing is put into its reach, new or changed. */
export interface Engine {
  search: ListingSearch;
  put: (listing: Listing) => Promise<void>;
}

type Fields = Partial<ListingSnapshot>;
interface Asked extends Partial<FeedFilters> {
  sort?: SearchSort;
  without?: string[];
}

const centre = { latitude: 37.556, longitude: 126.905 };
/** So many km north of it. */
const north = (km: number) => ({ ...centre, latitude: centre.latitude + km / 111.195 });

/** What every engine behind the port must do. Its words are tested in `test/domain/search.test.ts`. */
export function describeListingSearch(name: string, open: () => Promise<Engine>): void {
  let engine: Engine;
  let clock: number;
  let count: number;
  beforeEach(async () => {
    engine = await open();
    clock = Date.UTC(2026, 2, 1);
    count = 0;
  });

  /** The later one is bumped later, unless it says otherwise. */
  async function put(title: string, fields: Fields = {}): Promise<Listing> {
    count += 1;
    clock += 1_000;
    const draft = Listing.create(
      { title, description: '', price: 10_000, currency: 'KRW', category: 'other' },
      { id: `listing-${String(count).padStart(4, '0')}`, sellerId: 'seller', now: new Date(clock) },
    );
    const listing = new Listing({ ...draft.snapshot(), location: centre, ...fields });
    await engine.put(listing);
    return listing;
  }
  const find = (q: string, asked: Asked, limit: number, after: KeysetPosition | null) => {
    const { sort = 'relevance', without = [], radiusKm = 5, ...filters } = asked;
    return engine.search.find(
      { query: readQuery(q), filters: { radiusKm, ...filters }, sort, without: new Set(without) },
      limit,
      after,
    );
  };
  /** Page after page, as the numbers of the listings; `between` happens after each page. */
  async function found(
    q: string,
    asked: Asked = {},
    limit = 100,
    between: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<number[]> {
    const ids: string[] = [];
    let next: KeysetPosition | null = null;
    for (let page = 0; page < 200; page += 1) {
      const hits: Hits = await find(q, asked, limit, next);
      ids.push(...hits.ids);
      // What a client gives back has been text in between.
      next = JSON.parse(JSON.stringify(hits.next)) as KeysetPosition | null;
      if (next === null) return ids.map((id) => Number(id.slice('listing-'.length)));
      await between();
    }
    throw new Error('the search does not end');
  }

  describe(name, () => {
    test('finds what has all the words, in the title before in the description, the newest first', async () => {
      await put('맥북 프로 14');
      await put('노트북', { description: '맥북 프로 충전기 있어요' });
      await put('맥북프로');
      await put('맥북 에어');
      await put('프로 축구 맥북', { description: '새것' });
      await put('가방', { description: '맥북 프로 들어가요' });
      expect(await found('맥북 프로')).toEqual([5, 3, 1, 6, 2]);
      expect(await found('맥북 프로', {}, 1)).toEqual([5, 3, 1, 6, 2]);
      expect(await found('맥북 프로', {}, 3)).toEqual([5, 3, 1, 6, 2]);
      expect(await found('맥북 프로', { sort: 'recent' }, 2)).toEqual([6, 5, 3, 2, 1]);
      expect(await found('ㅁㅂ ㅍㄹ')).toEqual([5, 3, 1]);
      expect(await found('ㅁ', {}, 2)).toEqual([5, 4, 3, 1]);
      expect(await found('맥북 자전거')).toEqual([]);
      expect(await found('아주 긴 말이라서 낱말이 여러 개 있고 아무 데도 없는 맥북 프로')).toEqual(
        [],
      );
    });

    test('finds a listing as it is now: renamed, repriced, removed, hidden, sold', async () => {
      const one = await put('맥북');
      expect(await found('맥북')).toEqual([1]);
      const renamed = one.edit({ title: '아이패드', price: 30_000 }, new Date(clock));
      await engine.put(renamed);
      expect(await found('맥북')).toEqual([]);
      expect(await found('아이패드 3만원')).toEqual([1]);
      expect(await found('아이패드 1만원')).toEqual([]);
      const sold = renamed.putTo('sold', new Date(clock));
      await engine.put(sold);
      expect(await found('아이패드')).toEqual([]);
      expect(await found('아이패드', { state: 'sold' })).toEqual([1]);
      const again = sold.putTo('onSale', new Date(clock));
      await engine.put(again);
      expect(await found('아이패드')).toEqual([1]);
      await engine.put(again.putTo('hidden', new Date(clock)));
      expect(await found('아이패드')).toEqual([]);
      await engine.put(again.remove());
      expect(await found('아이패드')).toEqual([]);
    });

    test('suggests what titles say where they match, what most say first, and only of what is there', async () => {
      await put('맥북 프로 14 팝니다');
      await put('(미개봉) 맥북 에어 M2');
      await put('맥북프로 16인치');
      await put('맥북 거치대', { state: 'hidden' });
      await put('자전거', { description: '맥북 받침' });
      const suggest = (q: string) => engine.search.suggest(readQuery(q), 8);
      expect(await suggest('맥북')).toEqual(['맥북프로', '맥북 에어', '맥북프로 16인치']);
      expect(await suggest('ㅁㅂ')).toEqual(['맥북', '맥북프로', '맥북 에어', '맥북프로 16인치']);
      expect(await suggest('자저')).toEqual(['자전거']);
      expect(await suggest('자전거')).toEqual([]);
      expect(await engine.search.suggest(readQuery('ㅁㅂ'), 1)).toHaveLength(1);
      expect(await suggest('없는것')).toEqual([]);
    });

    test('filters by place, category, price, state and seller, in each order', async () => {
      await put('의자', { location: north(1), price: 30_000 });
      await put('의자', { location: north(4), price: 10_000, category: 'books' });
      await put('의자', { location: north(12), price: 20_000, state: 'reserved' });
      await put('의자', { location: null, price: 5_000 });
      await put('의자', { location: north(2), price: 30_000, sellerId: 'another' });
      expect(await found('의자')).toEqual([5, 4, 3, 2, 1]);
      expect(await found('의자', { near: centre })).toEqual([5, 2, 1]);
      expect(await found('의자', { near: centre, radiusKm: 50 })).toEqual([5, 3, 2, 1]);
      expect(await found('의자', { near: centre, without: ['another'] })).toEqual([2, 1]);
      expect(await found('의자', { category: 'books' })).toEqual([2]);
      expect(await found('의자', { state: 'reserved' })).toEqual([3]);
      expect(await found('의자', { minPrice: 10_000, maxPrice: 20_000 })).toEqual([3, 2]);
      expect(await found('의자 1만원 이상', { maxPrice: 20_000 })).toEqual([3, 2]);
      expect(await found('3만원')).toEqual([5, 1]);
      expect(await found('2만원 이하')).toEqual([4, 3, 2]);
      for (const limit of [1, 2, 100]) {
        const wide = { near: centre, radiusKm: 50 };
        expect(await found('의자', { ...wide, sort: 'distance' }, limit)).toEqual([1, 5, 2, 3]);
        expect(await found('의자', { ...wide, sort: 'priceAsc' }, limit)).toEqual([2, 3, 5, 1]);
        expect(await found('의자', { sort: 'priceDesc' }, limit)).toEqual([1, 5, 3, 2, 4]);
        expect(await found('의자', { ...wide, sort: 'recent' }, limit)).toEqual([5, 3, 2, 1]);
        expect(await found('ㅇㅈ', { ...wide, sort: 'recent' }, limit)).toEqual([5, 3, 2, 1]);
      }
    });

    test.each(['relevance', 'recent', 'distance', 'priceAsc', 'priceDesc'] as const)(
      'pages by %s neither skip nor repeat among equal ones, while more is listed',
      async (sort) => {
        const bumpedAt = new Date(clock);
        for (let one = 0; one < 12; one += 1)
          await put(one % 3 ? '의자' : '가구', { bumpedAt, description: '의자' });
        const late = async () => {
          if (count < 16) await put('의자', { bumpedAt: new Date(clock + 60_000) });
        };
        const seen = await found('의자', { near: centre, sort }, 5, late);
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((one) => one <= 12).sort((one, other) => one - other)).toEqual(
          Array.from({ length: 12 }, (_, index) => index + 1),
        );
      },
    );

    test('goes over the date line', async () => {
      const line = { latitude: 0.005, longitude: 179.999 };
      for (const longitude of [-179.999, 179.998, 180, -180, 179.5])
        await put('배', { location: { latitude: 0.005, longitude } });
      expect(await found('배', { near: line })).toEqual([4, 3, 2, 1]);
      expect(await found('배', { near: { ...line, longitude: -180 } })).toEqual([4, 3, 2, 1]);
    });
  });
}
