import type { view } from '../contract/index.js';
import { fallbackWords } from './fallback-words.js';

type Param = string | number | undefined;
type Params = Record<string, Param>;

/** What news of a listing say in one language. `what`: the listing and its price, `name`: its seller, if any is known. */
interface NewsWords {
  readonly matched: (keyword: Param, what: string) => string;
  readonly followed: (name: Param, what: string) => string;
  readonly priceCut: (title: Param, before: string, price: string) => string;
  readonly found: (what: string) => string;
}

const words: Record<'ko' | 'en', NewsWords> = {
  ko: {
    matched: (keyword, what) => `‘${keyword}’ 새 상품: ${what}`,
    followed: (name, what) =>
      name === undefined ? `새 상품: ${what}` : `${name}님의 새 상품: ${what}`,
    priceCut: (title, before, price) => `관심 상품 가격이 내렸어요: ${title}, ${before} → ${price}`,
    found: (what) => `저장한 검색의 새 상품: ${what}`,
  },
  en: {
    matched: (keyword, what) => `New for ‘${keyword}’: ${what}`,
    followed: (name, what) => (name === undefined ? `New: ${what}` : `New from ${name}: ${what}`),
    priceCut: (title, before, price) => `A favourite costs less: ${title}, ${before} → ${price}`,
    found: (what) => `New in a saved search: ${what}`,
  },
};

/** What a client shows that has no words for the template of a listing's news: in Korean, and in each language. */
export function fallbacksOfNews(
  template: string,
  params: Params,
): Required<Pick<view.Notification, 'fallbackText' | 'fallbackTexts'>> {
  const ko = fallbackIn('ko', template, params);
  return { fallbackText: ko, fallbackTexts: { ko, en: fallbackIn('en', template, params) } };
}

function fallbackIn(
  language: 'ko' | 'en',
  template: string,
  { title, price, keyword, name, before }: Params,
): string {
  const won = (amount: Param) => fallbackWords[language].price(Number(amount));
  const { matched, followed, priceCut, found } = words[language];
  const what = `${title}, ${won(price)}`;
  switch (template) {
    case 'listing.matched':
      return matched(keyword, what);
    case 'listing.followed':
      return followed(name, what);
    case 'listing.priceCut':
      return priceCut(title, won(before), won(price));
    default:
      return found(what);
  }
}
