import { limits } from '../../contract/limits.js';

/**
 * Amounts of won as people write them: `30,000원`, `35,000`, `3만원`, `3만 5천원`, `1.5만`, `1억 2천만원`, `만원`,
 * `이만 오천원`. Digits alone are none: they may be a size or a model; nor are numerals without 원, which are words.
 */
const number = String.raw`\d[\d,]*(?:\.\d+)?`;
const thousands = String.raw`\d{1,3}(?:,\d{3})+(?![\d,])`;
const unit = '[천백]?[만억]|[천백]';
const counted = String.raw`${number}\s?(?:${unit})(?:\s?${number}\s?(?:${unit}))*(?:${number})?`;
const digits = String.raw`(?:${counted}(?:\s?원)?|${number}\s?원|${thousands})`;
const numerals = '[일이삼사오육칠팔구십백천만억]';
const spelt = String.raw`(?:${numerals}+\s)?${numerals}*[십백천만억]\s?원`;
const written = String.raw`(?:${digits}|${spelt})`;
const noNumberBefore = String.raw`(?<![\p{N}.,])`;
const alone = String.raw`(?<![\p{L}\p{N}.,])`;
const nothingBehind = String.raw`(?![\p{L}\p{N}])`;

const anywhere = new RegExp(
  `${noNumberBefore}${digits}|${alone}${spelt}(?:짜리|권|대)?${nothingBehind}`,
  'gu',
);
const asked = new RegExp(
  String.raw`${alone}(${written})(짜리|대|쯤|\s?(?:이하|미만|이상|초과|부터|까지|이내|아래|밑|넘는|정도|내외|전후))?${nothingBehind}`,
  'gu',
);
/** `3~5만원`, `3만원 - 5만원`, `3만원에서 5만원까지`: the first may leave out what the second says. */
const fromTo = new RegExp(
  String.raw`${alone}(?:(${number})[~∼〜–-]|(${written})\s?(?:[~∼〜–-]|에서|부터)\s?)(${written})(?:\s?(?:까지|사이))?${nothingBehind}`,
  'gu',
);

/** What costs nothing is called so, on the screen too: 나눔, 무료나눔, 무나. */
const givenAway = /나눔|(?<!\p{L})무나(?!\p{L})/u;
const giftsAsked = /(?<![\p{L}\p{N}.,-])(?:(?:무료\s?)?나눔|무나)(?![\p{L}\p{N}])/gu;

const ones = [...'일이삼사오육칠팔구'];
const inside: Readonly<Record<string, number>> = { 십: 10, 백: 100, 천: 1_000 };
const outside: Readonly<Record<string, number>> = { 만: 10_000, 억: 100_000_000 };

/** In won; undefined where it is not a whole number, or more than any price. */
function wonOf(text: string): number | undefined {
  let sum = 0;
  // 2천 5백만: what stands before 만 or 억 counts in it. 만오천: a unit without a number is one of it.
  let below = 0;
  let count: number | undefined;
  for (const [piece] of text.matchAll(/[\d,]+(?:\.\d+)?|[^\d\s]/g)) {
    if (inside[piece]) {
      below += (count ?? 1) * inside[piece];
      count = undefined;
    } else if (outside[piece]) {
      sum += (count === undefined && below === 0 ? 1 : below + (count ?? 0)) * outside[piece];
      [below, count] = [0, undefined];
    } else if (/^\d/.test(piece)) count = Number(piece.replaceAll(',', ''));
    else if (ones.includes(piece)) count = ones.indexOf(piece) + 1;
  }
  const won = Math.round((sum + below + (count ?? 0)) * 100) / 100;
  return Number.isInteger(won) && won <= limits.priceMaxWon ? won : undefined;
}

/** Digits and commas as a Japanese or Chinese keyboard gives them, and 원 as a Mac does. */
const usualWidth = (text: string): string =>
  text.normalize('NFC').replace(/[\uff00-\uff5e]/g, (wide) => wide.normalize('NFKC'));

/** Every amount in a text, in won; 0 where it says that it is given away. */
export function amountsIn(text: string): number[] {
  const written = usualWidth(text);
  const amounts = [...written.matchAll(anywhere)]
    .map(([amount]) => wonOf(amount))
    .filter((won) => won !== undefined);
  return givenAway.test(written) ? [...amounts, 0] : amounts;
}

export interface AskedPrices {
  /** Amounts that the price is, or that the title says. */
  amounts: number[];
  minPrice: number;
  maxPrice: number;
  /** What is not about the price. */
  rest: string;
}

/**
 * Takes the prices out of what somebody looks for: `3만원`, `3만원대` (30,000 to 39,999), `3만원 이하`, `3~5만원`; `3만원쯤`
 * is a tenth less or more, and 나눔 is nothing.
 */
export function pricesAsked(text: string): AskedPrices {
  const prices: AskedPrices = { amounts: [], minPrice: 0, maxPrice: Infinity, rest: '' };
  const atMost = (price: number) => (prices.maxPrice = Math.min(prices.maxPrice, price));
  const atLeast = (price: number) => (prices.minPrice = Math.max(prices.minPrice, price));
  const withoutRanges = usualWidth(text).replace(
    fromTo,
    (whole, bare: string | undefined, full: string | undefined, to: string) => {
      const most = wonOf(to);
      const least = wonOf(full ?? bare + to.replace(/[\d,.\s원]/g, ''));
      if (least === undefined || most === undefined || least > most) return whole;
      atLeast(least);
      atMost(most);
      return ' ';
    },
  );
  const withoutGifts = withoutRanges.replace(giftsAsked, () => {
    prices.amounts.push(0);
    return ' ';
  });
  prices.rest = withoutGifts.replace(asked, (whole, amount: string, how?: string) => {
    const won = wonOf(amount);
    if (won === undefined) return whole;
    switch (how?.trim()) {
      case '이하':
      case '까지':
      case '이내':
      case '아래':
      case '밑':
        atMost(won);
        break;
      case '미만':
        atMost(won - 1);
        break;
      case '이상':
      case '부터':
        atLeast(won);
        break;
      case '초과':
      case '넘는':
        atLeast(won + 1);
        break;
      case '대':
        atLeast(won);
        atMost(won + stepOf(won) - 1);
        break;
      case '쯤':
      case '정도':
      case '내외':
      case '전후':
        atLeast(Math.ceil(won * 0.9));
        atMost(Math.floor(won * 1.1));
        break;
      default:
        prices.amounts.push(won);
    }
    return ' ';
  });
  return prices;
}

/** 30,000 goes on to 40,000, and 35,000 to 36,000. */
function stepOf(won: number): number {
  let step = 1;
  while (won > 0 && won % (step * 10) === 0) step *= 10;
  return step;
}
