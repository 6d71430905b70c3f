import { html as drawing, Markup } from '../../src/docs-site/markup.js';

export { drawing };

/** A box with a title and lines below it, in pixels of the picture. */
export interface Box {
  x: number;
  y: number;
  width: number;
  title: string;
  lines?: readonly string[];
  /** Which of the colours below; `plain` when left out. */
  kind?: Kind;
}
export type Kind = 'plain' | 'device' | 'process' | 'store';

const titleHeight = 30;
const lineHeight = 19;

export const heightOf = ({ lines = [] }: Box): number =>
  titleHeight + (lines.length > 0 ? lines.length * lineHeight + 8 : 4);

/** Where the box ends. */
export const bottomOf = (box: Box): number => box.y + heightOf(box);

export function drawBox(box: Box): Markup {
  const { x, y, width, title, lines = [], kind = 'plain' } = box;
  return drawing`<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${heightOf(box)}" rx="8"/>
<text class="title" x="${x + 12}" y="${y + 21}">${title}</text>
${lines.map((line, index) => drawing`<text x="${x + 12}" y="${y + titleHeight + index * lineHeight + 12}">${line}</text>\n`)}`;
}

/** A straight arrow, with words in its middle. */
export function drawArrow(
  [fromX, fromY]: readonly [number, number],
  [toX, toY]: readonly [number, number],
  words = '',
): Markup {
  const isUpright = fromX === toX;
  const [x, y] = [
    (fromX + toX) / 2 + (isUpright ? 8 : 0),
    (fromY + toY) / 2 + (isUpright ? 5 : -7),
  ];
  const anchor = isUpright ? 'start' : 'middle';
  return drawing`<path class="arrow" d="M${fromX} ${fromY}L${toX} ${toY}" marker-end="url(#tip)"/>
${words !== '' && drawing`<text class="quiet" x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>\n`}`;
}

/** Light and dark: the picture has its own ground, so it can be read on any page. */
const style = `
svg{--ground:#fff;--text:#1c2430;--quiet:#5b6675;--line:#b9c1cc;--plain:#f6f7f9;--device:#fff4e8;--process:#eaf3ff;--store:#e9f8f0}
@media(prefers-color-scheme:dark){svg{--ground:#14181f;--text:#e8ecf2;--quiet:#9aa6b6;--line:#4a5565;--plain:#1e242d;--device:#33271b;--process:#1b2a3f;--store:#18312a}}
.ground{fill:var(--ground)}text{fill:var(--text)}.quiet{fill:var(--quiet)}.title{font-weight:600}
rect{stroke:var(--line)}.ground{stroke:none}.plain{fill:var(--plain)}.device{fill:var(--device)}.process{fill:var(--process)}.store{fill:var(--store)}
.arrow{fill:none;stroke:var(--quiet);stroke-width:1.5}.tip{fill:var(--quiet)}
`;

/** The whole picture; `label` is what a screen reader says of it. */
export function picture(width: number, height: number, label: string, parts: readonly Markup[]) {
  return drawing`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}" font-family="system-ui, sans-serif" font-size="13">
<style>${new Markup(style)}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>
<rect class="ground" width="${width}" height="${height}" rx="10"/>
${parts}</svg>
`.text;
}

/** Words with line breaks where a line would grow longer than so many characters. */
export function wrapped(words: readonly string[], most: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 2 <= most)
      lines[lines.length - 1] = `${last}, ${word}`;
    else {
      if (last !== undefined) lines[lines.length - 1] = `${last},`;
      lines.push(word);
    }
  }
  return lines;
}
