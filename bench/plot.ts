import { drawing, picture } from '../scripts/pictures/drawing.js';
import { Markup } from '../src/docs-site/markup.js';

/** Bars of one quantity, a row each. */
export interface Bars {
  title: string;
  /** Written behind each value. */
  unit: string;
  bars: { name: string; value: number; own?: boolean }[];
}

const [width, margin] = [640, 16];
const [rowHeight, barHeight, titleHeight] = [26, 16, 34];
/** Room for the names on the left, and for the values behind the longest bar. */
const [namesWidth, valuesWidth] = [170, 130];

/** `own`: this product; `other`: what it is compared with. */
const style = new Markup(`<style>
svg{--own:#1a7f64;--other:#8a94a3}
@media(prefers-color-scheme:dark){svg{--own:#3fb68b;--other:#6e7989}}
.own,.other{stroke:none}.own{fill:var(--own)}.other{fill:var(--other)}
</style>`);

/** Draws charts of bars below each other as one SVG, which is readable on light and on dark pages. */
export function drawBars(charts: Bars[]): string {
  let y = margin;
  const parts = [style];
  for (const { title, unit, bars } of charts) {
    parts.push(drawing`<text class="title" x="${margin}" y="${y + 14}">${title}</text>`);
    y += titleHeight;
    const most = Math.max(...bars.map(({ value }) => value));
    for (const { name, value, own } of bars) {
      const length = most > 0 ? (value / most) * (width - namesWidth - valuesWidth) : 0;
      parts.push(drawing`
<text x="${namesWidth - 8}" y="${y + 12}" text-anchor="end">${name}</text>
<rect class="${own ? 'own' : 'other'}" x="${namesWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>
<text class="quiet" x="${(namesWidth + length + 8).toFixed(1)}" y="${y + 12}">${inWords(value)} ${unit}</text>`);
      y += rowHeight;
    }
    y += 10;
  }
  return picture(width, y + 6, charts.map(({ title }) => title).join('; '), parts);
}

/** Whole numbers from 10 on, else two figures. */
const inWords = (value: number): string =>
  value >= 10 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));
