import { html as drawing, type Markup } from './markup.js';

/** One line of a table of transitions, which the domain objects use. */
export interface Transition {
  /** null: it does not exist yet. */
  from: string | null;
  act: string;
  who: string;
  to: string;
}

/** What one box lists: an act, who can do it, and where it leads. */
interface Row {
  text: string;
  who: string;
  to: string;
}

interface Box {
  state: string;
  rows: Row[];
  x: number;
  y: number;
  height: number;
}

const width = 200;
const title = 34;
const row = 22;
const gap = { column: 120, box: 22, edge: 24 };
/** The ground is light on every page, since the picture is also used alone. */
const ink = {
  ground: '#ffffff',
  box: '#f6f7f9',
  line: '#b9c1cc',
  text: '#1c2430',
  quiet: '#5b6675',
};
const colours = ['#0b63ce', '#b4530a', '#5b6675', '#0a7d4f', '#8b3fb0'];

/**
 * Draws a table of transitions: a box for each state with its acts as lines, and from each line an arrow to the next
 * state. The picture is made from the table alone, so it always agrees with the code.
 */
export function statePicture(name: string, transitions: readonly Transition[]): string {
  const boxes = placed(transitions);
  const movers = [...new Set(boxes.flatMap(({ rows }) => rows.map(({ who }) => who)))];
  const colourOf = (who: string): string => colours[movers.indexOf(who) % colours.length]!;
  const right = Math.max(...boxes.map(({ x }) => x)) + width + gap.edge;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + gap.edge;
  const defined = movers.map(
    (who, index) =>
      drawing`<marker id="${name}-${index}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="${colourOf(who)}"/></marker>\n`,
  );
  const arrows = boxes.flatMap((box) =>
    box.rows.map(({ who, to }, index) => {
      const d = curve(
        box,
        index,
        boxes.find(({ state }) => state === to)!,
      );
      const marker = `url(#${name}-${movers.indexOf(who)})`;
      return drawing`<path d="${d}" fill="none" stroke="${colourOf(who)}" stroke-width="1.4" marker-end="${marker}"/>\n`;
    }),
  );
  const label = `The states of the ${name} and what leads from one to the other`;
  return drawing`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right} ${bottom}" width="${right}" height="${bottom}" role="img" aria-label="${label}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${right}" height="${bottom}" rx="10" fill="${ink.ground}"/>
${defined}${arrows}${boxes.map((box) => drawn(box, colourOf))}</svg>
`.text;
}

function drawn({ state, rows, x, y, height }: Box, colourOf: (who: string) => string): Markup {
  const begins = state === '';
  const name = begins ? 'not there yet' : state;
  const lines = rows.map(
    ({ text, who }, index) =>
      drawing`<text x="${x + 12}" y="${y + title + index * row + 14}" fill="${ink.text}"><tspan fill="${colourOf(who)}" font-weight="600">${who}</tspan> ${text}</text>\n`,
  );
  return drawing`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="7" fill="${ink.box}" stroke="${ink.line}"/>
<text x="${x + 12}" y="${y + 22}" fill="${begins ? ink.quiet : ink.text}" font-weight="600">${name}</text>
${lines}`;
}

/**
 * Draws from the end of a line in one box to another box: to the right directly, back or within a column around the
 * left.
 */
function curve(from: Box, index: number, to: Box): string {
  const y = from.y + title + index * row + 10;
  const end = to.y + title / 2;
  if (to.x > from.x) {
    const [start, stop] = [from.x + width, to.x - 1];
    const bend = Math.max(40, (stop - start) / 2);
    return `M${start} ${y}C${start + bend} ${y} ${stop - bend} ${end} ${stop} ${end}`;
  }
  const out = from.x - 46 - index * 4;
  return `M${from.x} ${y}C${out} ${y} ${out} ${end} ${to.x - 1} ${end}`;
}

/** Sorts states into columns by their distance from the beginning; states that lead to each other share one. */
function placed(transitions: readonly Transition[]): Box[] {
  const states = [...new Set(transitions.flatMap(({ from, to }) => [from ?? '', to]))];
  const ranks = ranksOf(states, transitions);
  const columns = [...new Set(ranks.values())].sort((a, b) => a - b);
  const boxes = columns.map((rank, column) => {
    let y = gap.edge;
    return states
      .filter((state) => ranks.get(state) === rank)
      .map((state): Box => {
        const rows = rowsOf(state, transitions);
        const height = title + (rows.length > 0 ? rows.length * row + 4 : 0);
        const box = { state, rows, x: gap.edge + 60 + column * (width + gap.column), y, height };
        y += height + gap.box;
        return box;
      });
  });
  const heightOf = (column: Box[]) => column.at(-1)!.y + column.at(-1)!.height;
  const tallest = Math.max(...boxes.map(heightOf));
  return boxes.flatMap((column) =>
    column.map((box) => ({ ...box, y: box.y + (tallest - heightOf(column)) / 2 })),
  );
}

/** The acts that leave a state; an act that several can do alike is one line. */
function rowsOf(state: string, transitions: readonly Transition[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { from, act, who, to } of transitions) {
    if ((from ?? '') !== state) continue;
    const known = rows.get(`${act} ${to}`);
    rows.set(`${act} ${to}`, { text: act, who: known ? `${known.who}, ${who}` : who, to });
  }
  return [...rows.values()];
}

function ranksOf(states: string[], transitions: readonly Transition[]): Map<string, number> {
  const next = (state: string) =>
    transitions.filter(({ from }) => (from ?? '') === state).map(({ to }) => to);
  const reach = new Map(states.map((state) => [state, reachedFrom(state, next)]));
  const together = (one: string, other: string) =>
    one === other || (reach.get(one)!.has(other) && reach.get(other)!.has(one));
  const ranks = new Map(states.map((state) => [state, 0]));
  // As many rounds as states are enough: the longest way has no more steps.
  for (let round = 0; round < states.length; round += 1)
    for (const state of states)
      for (const to of next(state))
        if (!together(state, to)) ranks.set(to, Math.max(ranks.get(to)!, ranks.get(state)! + 1));
        else ranks.set(to, Math.max(ranks.get(to)!, ranks.get(state)!));
  return ranks;
}

function reachedFrom(start: string, next: (state: string) => string[]): Set<string> {
  const seen = new Set<string>();
  const open = next(start);
  while (open.length > 0) {
    const state = open.pop()!;
    if (seen.has(state)) continue;
    seen.add(state);
    open.push(...next(state));
  }
  return seen;
}
