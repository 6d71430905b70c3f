/**
 * How text that people write is taken in: it is cleaned first, then measured, compared and stored. What pasting brings
 * along is removed silently; only characters that are no text are refused. This file does without zod, so that the mock
 * gateway of the client library can use the same rules.
 */

/** Direction marks, embeddings, overrides and isolates: they come with pasted phone numbers and can deceive readers. */
const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Every way to end a line or a page; each becomes `\n`. */
const breaks = /\r\n?|[\v\f\u0085\u2028\u2029]/g;
/** Byte order marks, zero-width blanks and word joiners at either end of a text: they mean nothing there. */
const bareEdges = /^[\u200b\u2060\ufeff]+|(?<![\u200b\u2060\ufeff])[\u200b\u2060\ufeff]+$/g;
/** The same with blanks. */
const edges = /^[\s\u200b\u2060]+|(?<![\s\u200b\u2060])[\s\u200b\u2060]+$/g;
/** More marks on one character than any script has. Normalising takes time in the square of their number. */
const overloaded = /\p{M}{100}/u;

/** Control characters beside line break and tab, and halves of characters. */
const noText = /[\0-\u0008\v\f\r\u000e-\u001f\u007f-\u009f\p{Cs}]/u;
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\u2800\ufff9-\ufffb]/u;

/** Line ends as `\n`, no marks of direction, nothing invisible around it, and composed (NFC). */
export function cleanText(text: string): string {
  const bare = text.replace(directions, '').replace(breaks, '\n').replace(bareEdges, '');
  return overloaded.test(bare) ? bare : bare.normalize('NFC');
}

/** Like {@link cleanText}, and without blanks around it. */
export const trimText = (text: string): string => cleanText(text).replace(edges, '');

/** Like {@link trimText}, on one line: a line break or tab inside becomes a blank. */
export const lineOf = (text: string): string => trimText(text).replace(/[\n\t]+/g, ' ');

/**
 * A password as it is hashed, in whatever form a keyboard or system gave it: composed, and any blank as a plain one
 * (RFC 8265, OpaqueString). Nothing is cut off.
 */
export const passwordOf = (typed: string): string =>
  typed.replace(/\p{Zs}/gu, ' ').normalize('NFC');

/** Whether the text can be stored and shown; false with control characters (NUL …) or halves of characters in it. */
export const isText = (text: string): boolean => !noText.test(text);

/** Whether something can be seen: not only blanks, characters without a shape, and marks on nothing. */
export const isVisible = (text: string): boolean => visible.test(text);
