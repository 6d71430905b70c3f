import { readFileSync, writeFileSync } from 'node:fs';
import { middle, type Comparison } from './comparison.js';
import type { Measured } from './turn.js';

/** The two phases of the full benchmark; see docs/benchmarks.md. */
export interface Figures {
  saturation: Measured;
  steady: Measured;
}

export interface Target {
  what: string;
  measured: number;
  target: number;
  atLeast: boolean;
}

export const figuresOf = ({ rounds }: Comparison): Record<string, Figures> =>
  Object.fromEntries(
    Object.entries(rounds).map(([peer, phases]) => [
      peer,
      { saturation: middle(phases['saturation']!), steady: middle(phases['steady']!) },
    ]),
  );

/** What Haggle is held to, beside what was measured. */
export function targets(figures: Record<string, Figures>): Target[] {
  const { tutorial, prototype, Haggle: haggle } = figures;
  if (!tutorial || !prototype || !haggle) return [];
  const ratio = (other: Figures, pick: (one: Figures) => number) => pick(haggle) / pick(other);
  const speed = (one: Figures) => one.saturation.messagesPerSecond;
  const fullCpu = (one: Figures) => one.saturation.cpuMicros;
  const steadyCpu = (one: Figures) => one.steady.cpuMicros;
  const { ackMs, deliveryMs } = haggle.steady;
  const least = (what: string, measured: number, target: number) => ({
    ...{ what, measured, target, atLeast: true },
  });
  const most = (what: string, measured: number, target: number) => ({
    ...{ what, measured, target, atLeast: false },
  });
  return [
    least('messages/s at saturation ÷ tutorial', ratio(tutorial, speed), 7),
    least('messages/s at saturation ÷ prototype', ratio(prototype, speed), 0.8),
    most('CPU per message at saturation ÷ tutorial', ratio(tutorial, fullCpu), 1 / 7),
    most('CPU per message at saturation ÷ prototype', ratio(prototype, fullCpu), 1.3),
    most('CPU per message at the steady rate ÷ tutorial', ratio(tutorial, steadyCpu), 0.6),
    most('CPU per message at the steady rate ÷ prototype', ratio(prototype, steadyCpu), 1.2),
    most('ack p50 at the steady rate, ms', ackMs.p50, 6),
    most('ack p99 at the steady rate, ms', ackMs.p99, 25),
    most('delivery p50 at the steady rate, ms', deliveryMs.p50, 6),
    most('delivery p99 at the steady rate, ms', deliveryMs.p99, 25),
    most('messages lost', haggle.saturation.lost + haggle.steady.lost, 0),
    most('messages twice', haggle.saturation.twice + haggle.steady.twice, 0),
  ];
}

export const met = ({ measured, target, atLeast }: Target): boolean =>
  atLeast ? measured >= target : measured <= target;

/** Both tables in Markdown, for a terminal as well as for the page. */
export function tables(figures: Record<string, Figures>, conditions: string): string {
  const lines = Object.entries(figures).map(([peer, { saturation, steady }]) => [
    peer,
    round(saturation.messagesPerSecond),
    round(saturation.cpuMicros),
    partsOf(saturation),
    round(steady.messagesPerSecond),
    round(steady.cpuMicros),
    partsOf(steady),
    `${steady.ackMs.p50.toFixed(1)} / ${steady.ackMs.p99.toFixed(1)}`,
    `${steady.deliveryMs.p50.toFixed(1)} / ${steady.deliveryMs.p99.toFixed(1)}`,
    `${saturation.lost + steady.lost} / ${saturation.twice + steady.twice}`,
  ]);
  const head = [
    ...['peer', 'saturation: messages/s', 'CPU µs per message', 'of which'],
    ...['steady rate: messages/s', 'CPU µs per message', 'of which'],
    ...['ack p50 / p99 ms', 'delivery p50 / p99 ms', 'lost / twice'],
  ];
  const held = targets(figures).map((one) => [
    one.what,
    two(one.measured),
    `${one.atLeast ? '≥' : '≤'} ${two(one.target)}`,
    met(one) ? 'yes' : 'no',
  ]);
  return [
    conditions,
    table(head, lines),
    ...(held.length > 0 ? [table(['Haggle', 'measured', 'target', 'met'], held)] : []),
  ].join('\n\n');
}

/** Puts the tables of a command between its marks in the page. */
export function writeIntoPage(file: string, command: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  const mark = `<!-- figures: written by ${command} -->`;
  const from = page.indexOf(mark);
  const to = page.indexOf('<!-- end of figures -->', from);
  if (from < 0 || to < from) throw new Error(`${file} has no place for figures`);
  const kept = page.slice(0, from + mark.length);
  writeFileSync(file, `${kept}\n\n${text}\n\n${page.slice(to)}`);
}

export const table = (head: string[], lines: string[][]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const partsOf = ({ cpuByPart }: Measured): string =>
  Object.entries(cpuByPart)
    .map(([part, micros]) => `${part} ${round(micros)}`)
    .join(', ');

const round = (value: number): string => Math.round(value).toLocaleString('en');
const two = (value: number): string => String(Math.round(value * 100) / 100);
