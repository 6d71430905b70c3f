/**
 * What people write, as it is taken in: cleaned first, then measured, compared and kept. What comes along when text is
 * pasted is mended silently; only what is no text at all is refused. Without zod, so that the mock gateway of the
 * client library goes by the same rules.
 */

/** Marks, embeddings, overrides and isolates of direction: they come with pasted phone numbers, and can deceive readers. */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Every way to end a line or a page, as one sign. */
const breaks = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** A byte order mark, or a zero-width blank or joiner of words: nothing, at either end of a text. */
const bareEdges = /^[\u200b\u2060\ufeff]+|(?<![\u200b\u2060\ufeff])[\u200b\u2060\ufeff]+$/g;
/** The same with blanks. */
const edges = /^[\s\u200b\u2060]+|(?<![\s\u200b\u2060])[\s\u200b\u2060]+$/g;
/** More marks on one character than any script has. Putting them in order takes the square of their number. */
const overloaded = /\p{M}{100}/u;

/** Control characters beside line break and tab, and halves of characters. */
const noText = /[\0-\u0008\v\f\r\u000e-\u001f\u007f-\u009f\p{Cs}]/u;
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\u2800\ufff9-\ufffb]/u;

/** Line ends as `\n`, no marks of direction, nothing invisible around it, and composed (NFC). */
export function cleanText(text: string): string {
  const bare = text.replace(directions, '').replace(breaks, '\n').replace(bareEdges, '');
  return overloaded.test(bare) ? bare : bare.normalize('NFC');
}

/** Also without blanks around it. */
export const trimText = (text: string): string => cleanText(text).replace(edges, '');

/** Also on one line: a line break or tab inside becomes a blank. */
export const lineOf = (text: string): string => trimText(text).replace(/[\n\t]+/g, ' ');

/**
 * A password as it is hashed, in whatever form a keyboard or system gave it: composed, and any blank as a plain one
 * (RFC 8265, OpaqueString). Nothing is cut off.
 */
export const passwordOf = (typed: string): string =>
  typed.replace(/\p{Zs}/gu, ' ').normalize('NFC');

/** Whether it can be stored and shown; false for control characters (NUL …) and halves of characters. */
export const isText = (text: string): boolean => !noText.test(text);

/** Whether there is something to see, beside blanks, characters without a shape and marks on nothing. */
export const isVisible = (text: string): boolean => visible.test(text);
