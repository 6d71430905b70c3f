import { drawing, picture } from '../scripts/pictures/drawing.js';
import { Markup } from '../src/docs-site/markup.js';

/** Bars of one quantity, a row each. */
export interface Bars {
  title: string;
  /** Written behind each value. */
  unit: string;
  bars: { name: string; value: number; own?: boolean }[];
}

/** Curves over one quantity; both axes begin at 0. */
export interface Curves {
  title: string;
  /** What the axes show, with units. */
  x: string;
  y: string;
  curves: { name: string; points: { x: number; y: number }[] }[];
}

const [width, margin] = [640, 16];
const [rowHeight, barHeight, titleHeight] = [26, 16, 34];
/** Room for the names on the left, and for the values behind the longest bar. */
const [namesWidth, valuesWidth] = [170, 130];

const style = new Markup(`<style>
svg{--c0:#1a7f64;--c1:#8a94a3;--c2:#0969da;--c3:#bc4c00}
@media(prefers-color-scheme:dark){svg{--c0:#3fb68b;--c1:#6e7989;--c2:#4493f8;--c3:#f0883e}}
.c0,.c1,.c2,.c3{stroke:none}.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}
polyline{fill:none!important;stroke-width:2}
polyline.c0{stroke:var(--c0)}polyline.c1{stroke:var(--c1)}polyline.c2{stroke:var(--c2)}polyline.c3{stroke:var(--c3)}
.axis{fill:none;stroke:var(--line)}
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
<rect class="${own ? 'c0' : 'c1'}" x="${namesWidth}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2"/>
<text class="quiet" x="${(namesWidth + length + 8).toFixed(1)}" y="${y + 12}">${inWords(value)} ${unit}</text>`);
      y += rowHeight;
    }
    y += 10;
  }
  return picture(width, y + 6, charts.map(({ title }) => title).join('; '), parts);
}

/** Draws curves in one system of axes, with their names below, as an SVG for light and dark pages. At most four. */
export function drawCurves({ title, x, y, curves }: Curves): string {
  const [left, right, top, bottom] = [72, width - 24, margin + 56, 290];
  const all = curves.flatMap(({ points }) => points);
  const mostX = Math.max(...all.map((point) => point.x));
  const mostY = Math.max(...all.map((point) => point.y));
  const across = (value: number) => (left + (value / mostX) * (right - left)).toFixed(1);
  const up = (value: number) => (bottom - (value / mostY) * (bottom - top)).toFixed(1);
  const parts = [
    style,
    drawing`<text class="title" x="${margin}" y="${margin + 14}">${title}</text>
<text class="quiet" x="${margin}" y="${margin + 38}">${y}</text>
<text class="quiet" x="${right}" y="${bottom + 38}" text-anchor="end">${x}</text>
<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`,
    ...[0, mostY / 2, mostY].map(
      (value) =>
        drawing`<text class="quiet" x="${left - 8}" y="${up(value)}" dy="4" text-anchor="end">${inWords(value)}</text>`,
    ),
    ...[...new Set(all.map((point) => point.x))].map(
      (value) =>
        drawing`<text class="quiet" x="${across(value)}" y="${bottom + 18}" text-anchor="middle">${inWords(value)}</text>`,
    ),
  ];
  for (const [index, { name, points }] of curves.entries()) {
    const row = bottom + 48 + index * 20;
    const kind = `c${index}`;
    const line = points.map((point) => `${across(point.x)},${up(point.y)}`).join(' ');
    parts.push(
      drawing`<polyline class="${kind}" points="${line}"/>`,
      ...points.map(
        (point) =>
          drawing`<circle class="${kind}" cx="${across(point.x)}" cy="${up(point.y)}" r="3"/>`,
      ),
      drawing`<rect class="${kind}" x="${left}" y="${row}" width="12" height="12"/><text x="${left + 20}" y="${row + 11}">${name}</text>`,
    );
  }
  return picture(width, bottom + 56 + curves.length * 20, title, parts);
}

/** Whole numbers from 10 on, else two figures. */
const inWords = (value: number): string =>
  value >= 10 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));
