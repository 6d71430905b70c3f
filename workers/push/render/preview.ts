/** What a person wrote, fit to stand on a locked screen: one line, and no number that leads to somebody. */
export const previewLength = 80;

const graphemes = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** At most `length` UTF-16 units, as the contract counts them; a sign is left whole or out, and `…` says that more follows. */
export function cut(text: string, length = previewLength): string {
  if (text.length <= length) return text;
  // Only the sign at the cut is looked for: to walk over all of them costs more than the rest of a push's words.
  const at = graphemes.segment(text.slice(0, length * 2)).containing(length - 1);
  return `${text.slice(0, at?.index).trimEnd()}…`;
}

/** A phone or account number: eight digits or more, with what is put between them. Thousands are parted by commas. */
const longNumber = /\+?\p{Nd}(?:[-.\s()·‐-―~]{0,2}\p{Nd}){7,}/gu;
/** Degrees with four decimals or more: nearer than about 10 m. */
const coordinate = /-?\p{Nd}{1,3}\.\p{Nd}{4,}/gu;

/** Notifications pass through providers and lie on locked screens, so no such number goes into one. */
export const masked = (text: string): string =>
  text.replace(/\s+/gu, ' ').trim().replace(coordinate, '•••').replace(longNumber, '•••');
