/** The most characters of a person's text in a preview, so that it fits on a locked screen. */
export const previewLength = 80;

const graphemes = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/**
 * At most `length` UTF-16 units, as the contract counts them. A character is kept whole or left out, and `…` says that
 * more follows.
 */
export function cut(text: string, length = previewLength): string {
  if (text.length <= length) return text;
  // Only the character at the cut is segmented: walking over all of them costs more than the other words of a push.
  const at = graphemes.segment(text.slice(0, length * 2)).containing(length - 1);
  return `${text.slice(0, at?.index).trimEnd()}…`;
}
