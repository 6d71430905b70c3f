/**
 * Hides what identifies somebody: phone and account numbers, exact coordinates. Notifications pass through providers
 * and are shown on locked screens, so they must not hold such numbers. Dates, times, amounts, sizes and model names
 * stay, since people read a preview for them.
 */
export function masked(text: string): string {
  const line = inAscii(text.replace(/\s+/gu, ' ').trim());
  return line
    .split(date)
    .map((part, at) => (at % 2 === 0 ? withoutNumbers(part) : part))
    .join('');
}

const hidden = '•••';

/** What may stand between the groups of a number. */
const between = '[-.\\s()·・_/‐-―−~～－]{0,3}';

/** A date, written with marks or in eight digits. */
const year = '(?:19|20)\\d\\d';
const month = '(?:0?[1-9]|1[0-2])';
const day = '(?:0?[1-9]|[12]\\d|3[01])';
const mark = ' ?[-./] ?';
const compact = `${year}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])`;
const date = new RegExp(
  `((?<![\\d+]|\\d[-.])(?:${year}${mark}${month}${mark}${day}|${day}${mark}${month}${mark}${year}|${compact})(?!\\d|-\\d))`,
  'u',
);

/**
 * A number with a country code, with or without its sign; or with a leading zero, in the usual groups or any others.
 */
const abroad = `(?:\\+|(?<!\\d)00|(?<!\\d)82(?=${between}0?${between}1))`;
const international = new RegExp(`${abroad}${between}\\d(?:${between}\\d){6,14}(?!\\d)`, 'gu');
const notInside = '(?<!\\d|\\d[.,:])';
const domestic = new RegExp(
  `${notInside}\\(?0(?:${between}\\d){1,3}${between}\\d{3,4}${between}\\d{4}(?!\\d)`,
  'gu',
);
const domesticApart = new RegExp(`${notInside}\\(?0(?:${between}\\d){8,12}(?!\\d)`, 'gu');
/** Korean company numbers, which have no area code. */
const company =
  /(?<!\d|\d[-.,])(?:15(?:22|33|44|66|77|88|99)|16(?:00|11|22|33|44|55|6[01668]|70|77|80|88|99)|18(?:00|11|22|33|44|55|66|77|88|99))[-.\s‐-―−]{0,2}\d{4}(?!\d|-\d)/gu;
/** Any other digits, in their groups. */
const anyNumber = /(?<![\d.,])\d+(?:[-.\s·‐-―−－]{1,2}\d+)*/gu;
/** Degrees with four decimals or more, which are exact to about 10 m. */
const coordinate = /(?<![\d.])-?\d{1,3}\.\d{4,}(?!\.?\d)/gu;

function withoutNumbers(text: string): string {
  const unless = (found: string, at: number, whole: string) =>
    isMeasured(found, at, whole) ? found : hidden;
  return text
    .replace(international, unless)
    .replace(anyNumber, (found: string, at: number, whole: string) =>
      isAccount(found, at, whole) ? hidden : found,
    )
    .replace(domestic, hidden)
    .replace(domesticApart, hidden)
    .replace(company, unless)
    .replace(coordinate, hidden);
}

const unit =
  /^ ?(?:[만천억] ?)?(?:원|won|krw|달러|엔|usd|%|mm|cm|m|km|px|kg|g|ml|l|mb|gb|tb|mah|w|v|hz|인치|개|장|명|점|회|평)(?![a-z])/i;

/** Whether it is an amount or a size. */
const isMeasured = (found: string, at: number, whole: string): boolean =>
  unit.test(whole.slice(at + found.length)) || /[₩$€¥£] ?$/.test(whole.slice(0, at));

/** Banks write account numbers in such groups, and in no others of four digits and fewer. */
const shortGroups = ['4-4-4', '3-4-4-2', '4-4-4-1', '3-2-4-3', '4-4-4-4'];

/** Whether a number may be an account, a card, or a phone number without its leading zero. */
function isAccount(found: string, at: number, whole: string): boolean {
  if (isMeasured(found, at, whole)) return false;
  const groups = found.split(/\D+/);
  const digits = groups.join('').length;
  if (groups.length === 1) return digits >= 10 || (digits >= 8 && !isNamed(found, at, whole));
  if (digits < 10) return false;
  if (groups.some(({ length }) => length >= 5)) return true;
  // Sizes, prices and years may also come in groups of four.
  const plain = groups.every((group) => /0$|^(19|20)\d\d$/.test(group));
  return shortGroups.includes(groups.map(({ length }) => length).join('-')) && !plain;
}

/** Eight or nine digits that are a model's when letters touch them, or a price when round. */
const isNamed = (found: string, at: number, whole: string): boolean =>
  found.endsWith('000') ||
  /[a-z]-?$/i.test(whole.slice(0, at)) ||
  /^-?[a-z]/i.test(whole.slice(at + found.length));

/** Digits of other scripts in ASCII: full width, Arabic and others come in rows of ten. */
const inAscii = (text: string): string =>
  text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    let value = 0;
    while (/^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) value += 1;
    return String(value % 10);
  });
