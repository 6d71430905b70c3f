import { koreanPrice } from './korean-price.js';

/** What a client shows that has no words for the template of a listing's news; in Korean, as all such texts are. */
export function fallbackOfNews(
  template: string,
  { title, price, keyword, name, before }: Record<string, string | number | undefined>,
): string {
  const what = `${title}, ${won(price)}`;
  switch (template) {
    case 'listing.matched':
      return `‘${keyword}’ 새 상품: ${what}`;
    case 'listing.followed':
      return name === undefined ? `새 상품: ${what}` : `${name}님의 새 상품: ${what}`;
    case 'listing.priceCut':
      return `관심 상품 가격이 내렸어요: ${title}, ${won(before)} → ${won(price)}`;
    default:
      return `저장한 검색의 새 상품: ${what}`;
  }
}

const won = (price: string | number | undefined): string => koreanPrice(Number(price));
