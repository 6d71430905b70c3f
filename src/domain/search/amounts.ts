import { limits } from '../../contract/limits.js';

/**
 * Amounts of won as people write them: `30,000원`, `3만원`, `3만 5천원`, `1.5만`, `1억 2천만원`. A number alone is none: it
 * may be a size or a model.
 */
const number = String.raw`\d[\d,]*(?:\.\d+)?`;
const unit = '[천백]?[만억]|[천백]';
const counted = String.raw`${number}\s?(?:${unit})(?:\s?${number}\s?(?:${unit}))*(?:${number})?`;
const written = String.raw`(?:${counted}(?:\s?원)?|${number}\s?원)`;
const noNumberBefore = String.raw`(?<![\p{N}.,])`;
const anywhere = new RegExp(noNumberBefore + written, 'gu');
const alone = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,])(${written})(짜리|대|\s?(?:이하|미만|이상|부터|까지))?(?![\p{L}\p{N}])`,
  'gu',
);

const worth: Readonly<Record<string, number>> = { 백: 100, 천: 1_000, 만: 10_000, 억: 100_000_000 };

/** In won; undefined where it is not a whole number, or more than any price. */
function wonOf(text: string): number | undefined {
  let sum = 0;
  let below = 0;
  for (const [, digits, units = ''] of text.matchAll(/([\d,]+(?:\.\d+)?)\s?([백천만억]*)/g)) {
    let part = Number(digits!.replaceAll(',', ''));
    for (const each of units) part *= worth[each]!;
    // 2천 5백만: what stands before 만 or 억 counts in it.
    if (/[만억]$/.test(units)) {
      sum += part + below * worth[units.at(-1)!]!;
      below = 0;
    } else below += part;
  }
  const won = Math.round((sum + below) * 100) / 100;
  return Number.isInteger(won) && won <= limits.priceMax ? won : undefined;
}

/** Digits and commas as a Japanese or Chinese keyboard gives them, and 원 as a Mac does. */
const usualWidth = (text: string): string =>
  text.normalize('NFC').replace(/[\uff00-\uff5e]/g, (wide) => wide.normalize('NFKC'));

/** Every amount in a text, in won. */
export const amountsIn = (text: string): number[] =>
  [...usualWidth(text).matchAll(anywhere)]
    .map(([amount]) => wonOf(amount))
    .filter((won) => won !== undefined);

export interface AskedPrices {
  /** Amounts that the price is, or that the title says. */
  amounts: number[];
  minPrice: number;
  maxPrice: number;
  /** What is not about the price. */
  rest: string;
}

/** Takes the prices out of what somebody looks for: `3만원`, `3만원대` (30,000 to 39,999), `3만원 이하`. */
export function pricesAsked(text: string): AskedPrices {
  const asked: AskedPrices = { amounts: [], minPrice: 0, maxPrice: Infinity, rest: '' };
  asked.rest = usualWidth(text).replace(alone, (whole, amount: string, how?: string) => {
    const won = wonOf(amount);
    if (won === undefined) return whole;
    const atMost = (price: number) => (asked.maxPrice = Math.min(asked.maxPrice, price));
    const atLeast = (price: number) => (asked.minPrice = Math.max(asked.minPrice, price));
    switch (how?.trim()) {
      case '이하':
      case '까지':
        atMost(won);
        break;
      case '미만':
        atMost(won - 1);
        break;
      case '이상':
      case '부터':
        atLeast(won);
        break;
      case '대':
        atLeast(won);
        atMost(won + stepOf(won) - 1);
        break;
      default:
        asked.amounts.push(won);
    }
    return ' ';
  });
  return asked;
}

/** 30,000 goes on to 40,000, and 35,000 to 36,000. */
function stepOf(won: number): number {
  let step = 1;
  while (won > 0 && won % (step * 10) === 0) step *= 10;
  return step;
}
