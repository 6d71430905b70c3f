/** What a person wrote, cut to what fits on a locked screen. */
export const previewLength = 80;

const graphemes = new Intl.Segmenter('ko', { granularity: 'grapheme' });

/** At most `length` UTF-16 units, as the contract counts them; a sign is left whole or out, and `…` says that more follows. */
export function cut(text: string, length = previewLength): string {
  if (text.length <= length) return text;
  // Only the sign at the cut is looked for: to walk over all of them costs more than the rest of a push's words.
  const at = graphemes.segment(text.slice(0, length * 2)).containing(length - 1);
  return `${text.slice(0, at?.index).trimEnd()}…`;
}
