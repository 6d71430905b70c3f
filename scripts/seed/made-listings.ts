import { categories } from '../../src/contract/views/listings.js';
import { Listing } from '../../src/domain/listing.js';
import { newId } from '../../src/platform/ids.js';

/** Words of second-hand titles; the first ones come up far more often, as in real ones. */
const things = (
  '아이폰 맥북 자전거 의자 책상 갤럭시 에어팟 유모차 원피스 운동화 냉장고 세탁기 모니터 키보드 카메라 기타 소파 침대 ' +
  '텐트 패딩 코트 가방 지갑 시계 선풍기 에어컨 청소기 프린터 그램 아이패드 플레이스테이션 닌텐도 스위치 레고 그림책 ' +
  '소설책 만화책 화분 몬스테라 스투키 어항 캣타워 강아지옷 이동장 러닝머신 덤벨 요가매트 골프채 낚싯대 스키복 보드 ' +
  '캠핑의자 아이스박스 전기밥솥 에어프라이어 커피머신 믹서기 그릇세트 수납장 행거 거울 조명 커튼 러그 트렌치코트 목도리'
).split(' ');
const brands =
  '애플 삼성 엘지 나이키 이케아 다이슨 소니 캐논 샤넬 구찌 아디다스 무인양품 스타벅스 필립스 로지텍'.split(
    ' ',
  );
const qualities =
  '프로 미니 맥스 접이식 원목 무선 새상품 미개봉 거의새것 급처 풀박스 한정판 빈티지 여성용 남성용 아동용 대형 소형 블랙 화이트'.split(
    ' ',
  );
const said =
  '이사하면서 정리해요 직거래 선호합니다 사용감 거의 없어요 박스도 있어요 깨끗하게 썼습니다 상태 좋아요 네고 가능해요 문의 주세요 작년에 샀어요'.split(
    ' ',
  );
/**
 * Seoul, Busan, Daegu, Incheon, Gwangju, Daejeon: how many of ten listings are around each. Rough centres of the cities,
 * rounded to 0.01 degrees (about 1 km), from general knowledge and not checked against an official source.
 */
const towns = [
  [37.55, 126.99, 5],
  [35.16, 129.06, 1],
  [35.87, 128.6, 1],
  [37.46, 126.7, 1],
  [35.16, 126.85, 1],
  [36.35, 127.38, 1],
] as const;
const tenths = towns.flatMap(([latitude, longitude, share]) =>
  Array.from({ length: share }, () => ({ latitude, longitude })),
);

/** Numbers from 0 to 1 that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const strangers = (count: number) => Array.from({ length: count }, (_, index) => `seller-${index}`);

/** Korean listings, one a second, the newest last, of the given people or of strangers. */
export function* madeListings(
  count: number,
  sellerIds: readonly string[] = strangers(count),
): Generator<Listing> {
  const next = numbers(14);
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
  const often = <T>(of: readonly T[]): T => of[Math.floor(next() ** 2 * of.length)]!;
  const now = Date.now();
  for (let index = 0; index < count; index += 1) {
    const title = [
      ...(next() < 0.5 ? [one(brands)] : []),
      often(things),
      one(qualities),
      ...(next() < 0.4 ? [String(10 + Math.floor(next() * 90))] : []),
      ...(next() < 0.3 ? [one(qualities)] : []),
    ].join(' ');
    const town = one(tenths);
    const spread = () => (next() + next() + next() - 1.5) * 0.2;
    const listing = Listing.create(
      {
        title,
        description: Array.from({ length: 12 }, () => one(said)).join(' '),
        price: 1_000 * Math.floor(1 + next() ** 3 * 1_000),
        currency: 'KRW',
        category: one(categories),
        location: {
          latitude: town.latitude + spread(),
          longitude: town.longitude + spread(),
        },
      },
      {
        id: newId(),
        sellerId: one(sellerIds),
        now: new Date(now - (count - index) * 1_000),
      },
    );
    yield listing;
  }
}

const batchSize = 1_000;

/** The same, in parts that one write takes. */
export function* batchesOf(listings: Iterable<Listing>): Generator<Listing[]> {
  let batch: Listing[] = [];
  for (const listing of listings)
    if (batch.push(listing) === batchSize) {
      yield batch;
      batch = [];
    }
  if (batch.length > 0) yield batch;
}
