/** A piece of a text, in order; one with `href` is an address. */
export interface TextPart {
  readonly text: string;
  readonly href?: string;
}

const candidate = /https?:\/\/[^\s<>"]+/gi;
/** A name of plain letters, so that none looks like another one; what follows it must not change whose name it is. */
const address =
  /^https?:\/\/(?:[a-z0-9-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*(?::\d{1,5})?(?:[/?#]\S*|(?![@:\w.-]))/i;
const closing = /[.,!?;:'…。、)\]}]+$/;

/**
 * Finds what leads to the web. Only http and https count. An address that hides where it leads (a name before an `@`,
 * marks of direction, letters that look like others, numbers) stays text. The app's own may have any name.
 */
export function linksIn(text: string, ownOrigin: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(candidate)) {
    const whole = trimmed(found);
    const isOwn = whole.startsWith(`${ownOrigin}/`);
    const shown = /\p{Cf}/u.test(found) ? undefined : isOwn ? whole : address.exec(whole)?.[0];
    if (shown === undefined || !URL.canParse(shown)) continue;
    if (index > end) parts.push({ text: text.slice(end, index) });
    parts.push({ text: shown, href: new URL(shown).href });
    end = index + shown.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Without the signs that end the sentence around it; a bracket that was opened in it belongs to it. */
function trimmed(found: string): string {
  const shown = found.replace(closing, '');
  return found[shown.length] === ')' && shown.includes('(') ? `${shown})` : shown;
}
