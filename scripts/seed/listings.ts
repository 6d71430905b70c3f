import type { request } from '../../src/contract/index.js';
import type { neighbours } from './neighbours.js';
import type { Picture } from './pictures.js';

/** Price in whole won; 0: a give-away. */
export type DemoListing = Omit<request.CreateListing, 'currency' | 'imageIds'> & {
  /** `seller` and `englishSeller` are the demo's own. */
  seller: 'seller' | 'englishSeller' | keyof typeof neighbours;
  /** The first is the cover. */
  pictures: Picture[];
};

/**
 * Mangwon-dong and its neighbours in Mapo-gu, Seoul: real names, and rough centres rounded to about 100 m. They are from
 * general knowledge of the city and were not checked against official boundaries or a map: enough for a demo, and for
 * nothing else.
 */
const MANGWON = { latitude: 37.556, longitude: 126.905 };
const HAPJEONG = { latitude: 37.549, longitude: 126.914 };
const YEONNAM = { latitude: 37.562, longitude: 126.924 };
const SEONGSAN = { latitude: 37.565, longitude: 126.911 };
const SANGAM = { latitude: 37.578, longitude: 126.895 };

const offers = { enabled: true };

const both = (of: Picture['of']): Picture[] => [
  { of, view: 'whole' },
  { of, view: 'near' },
];

/** Oldest first: the last one stands on top of the feed. */
export const demoListings: readonly DemoListing[] = [
  {
    seller: 'eunji',
    title: '이케아 1인용 책상',
    pictures: [{ of: 'desk', view: 'whole' }],
    description: '가로 100cm, 깊이 60cm입니다. 상판에 작은 긁힘이 있어요. 분해해서 드릴게요.',
    price: 25_000,
    category: 'furniture',
    location: SANGAM,
    offers,
  },
  {
    seller: 'hajun',
    title: '캠핑 의자 두 개 세트',
    pictures: [{ of: 'campChairs', view: 'whole' }],
    description: '접이식이고 가방도 같이 드려요. 세 번 사용했습니다. 한강에서 쓰기 좋아요.',
    price: 32_000,
    category: 'sports',
    location: YEONNAM,
    offers,
  },
  {
    seller: 'sua',
    title: '아이 그림책 20권 나눔',
    pictures: [{ of: 'pictureBooks', view: 'whole' }],
    description: '아이가 다 커서 나눔해요. 낙서가 조금 있는 책도 있어요. 문 앞에서 드릴게요.',
    price: 0,
    category: 'kids',
    location: SEONGSAN,
    offers: { enabled: false },
  },
  {
    seller: 'seller',
    title: '무선 키보드 (한글 각인)',
    pictures: [{ of: 'keyboard', view: 'whole' }],
    description: '블루투스로 세 대까지 연결돼요. 배터리는 새것으로 갈아 두었습니다.',
    price: 38_000,
    category: 'digital',
    location: MANGWON,
    offers,
  },
  {
    seller: 'hajun',
    title: '클래식 기타와 소프트 케이스',
    pictures: [{ of: 'guitar', view: 'whole' }],
    description: '입문용으로 좋아요. 줄은 지난달에 교체했습니다. 직접 쳐 보고 가져가세요.',
    price: 90_000,
    category: 'hobby',
    location: YEONNAM,
    offers,
  },
  {
    seller: 'englishSeller',
    title: 'Carry-on suitcase, 38 litres',
    pictures: [{ of: 'suitcase', view: 'whole' }],
    description:
      'Four quiet wheels and a working lock. One scratch on the back. I can meet at Mangwon station.',
    price: 48_000,
    category: 'other',
    location: MANGWON,
    offers,
  },
  {
    seller: 'eunji',
    title: '스테인리스 전기 주전자 1.7L',
    pictures: [{ of: 'kettle', view: 'whole' }],
    description: '이사하면서 정리해요. 물때 없이 깨끗하게 썼습니다.',
    price: 12_000,
    category: 'appliances',
    location: HAPJEONG,
    offers,
  },
  {
    seller: 'seller',
    title: '원목 협탁',
    pictures: [{ of: 'sideTable', view: 'whole' }],
    description: '침대 옆에 두고 썼어요. 높이 50cm, 서랍 하나. 망원역 근처에서 만나요.',
    price: 45_000,
    category: 'furniture',
    location: MANGWON,
    offers,
  },
  {
    seller: 'olivia',
    title: 'Board game, nothing missing',
    pictures: [{ of: 'boardGame', view: 'whole' }],
    description:
      'Two to five players, about an hour. All cards and pieces are there, the box has a dent.',
    price: 20_000,
    category: 'hobby',
    location: YEONNAM,
    offers,
  },
  {
    seller: 'sua',
    title: '몬스테라 화분 나눔해요',
    pictures: [{ of: 'monstera', view: 'whole' }],
    description: '너무 잘 자라서 나눠 심었어요. 화분째 드립니다. 물은 일주일에 한 번!',
    price: 0,
    category: 'plants',
    location: SEONGSAN,
    offers: { enabled: false },
  },
  {
    seller: 'hajun',
    title: '고양이 스크래처 (거의 새것)',
    pictures: [{ of: 'scratcher', view: 'whole' }],
    description: '저희 고양이는 상자만 좋아하네요. 사용감 거의 없습니다.',
    price: 15_000,
    category: 'pets',
    location: YEONNAM,
    offers,
  },
  {
    seller: 'englishSeller',
    title: 'Floor lamp with a warm light',
    pictures: [{ of: 'floorLamp', view: 'whole' }],
    description: '150 cm high, LED bulb included. Moving out at the end of the month.',
    price: 35_000,
    category: 'furniture',
    location: HAPJEONG,
    offers,
  },
  {
    seller: 'seller',
    title: '필름 카메라와 50mm 렌즈',
    pictures: [{ of: 'filmCamera', view: 'whole' }],
    description: '셔터와 노출계 모두 정상이에요. 필름 한 롤을 끼워 드립니다. 테스트 사진 있어요.',
    price: 180_000,
    category: 'digital',
    location: HAPJEONG,
    offers,
  },
  {
    seller: 'olivia',
    title: 'Moka pot for three cups',
    pictures: [{ of: 'mokaPot', view: 'whole' }],
    description: 'Makes strong coffee on gas or a camping stove. New seal.',
    price: 14_000,
    category: 'appliances',
    location: SEONGSAN,
    offers,
  },
  {
    seller: 'sua',
    title: '여성 트렌치코트 M',
    pictures: [{ of: 'trenchCoat', view: 'whole' }],
    description: '드라이클리닝 마쳤어요. 벨트 포함, 작년 가을에 두 번 입었습니다.',
    price: 55_000,
    category: 'fashion',
    location: MANGWON,
    offers,
  },
  {
    seller: 'englishSeller',
    title: 'Wireless headphones, over-ear',
    pictures: [{ of: 'headphones', view: 'whole' }],
    description: 'Noise cancelling works well, about 25 hours a charge. Case and cable included.',
    price: 95_000,
    category: 'digital',
    location: HAPJEONG,
    offers,
  },
  {
    seller: 'eunji',
    title: '소설책 다섯 권 묶음',
    pictures: [{ of: 'novels', view: 'whole' }],
    description: '밑줄 없이 깨끗해요. 낱권으로는 팔지 않아요.',
    price: 18_000,
    category: 'books',
    location: HAPJEONG,
    offers,
  },
  {
    seller: 'seller',
    title: '접이식 자전거 20인치',
    pictures: both('foldingBike'),
    description: '기어 7단, 브레이크 점검했어요. 망원한강공원에서 시승해 보세요. 가격 제안 환영!',
    price: 120_000,
    category: 'sports',
    location: MANGWON,
    offers,
  },
  {
    seller: 'englishSeller',
    title: 'Skateboard, hardly ridden',
    pictures: [{ of: 'skateboard', view: 'whole' }],
    description:
      'Ridden three times by the river. Soft wheels, good for the city. Offers are welcome!',
    price: 60_000,
    category: 'sports',
    location: MANGWON,
    offers,
  },
];
