import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../scripts/project-root.js';
import { middle, type Comparison } from './comparison.js';
import type { Found } from './servers.js';
import type { Measured } from './turn.js';

/** The figures of the two phases of the full benchmark; see docs/benchmarks.md. */
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

/** Haggle's targets, beside the measured values. */
export function targets(figures: Record<string, Figures>): Target[] {
  const { tutorial, prototype, Haggle: haggle } = figures;
  if (!tutorial || !prototype || !haggle) return [];
  const ratio = (other: Figures, pick: (one: Figures) => number) => pick(haggle) / pick(other);
  const speed = (one: Figures) => one.saturation.messagesPerSecond;
  const fullCpu = (one: Figures) => one.saturation.cpuMicros;
  const steadyCpu = (one: Figures) => one.steady.cpuMicros;
  const { ackMs, deliveryMs } = haggle.steady;
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

export const least = (what: string, measured: number, target: number): Target => ({
  what,
  measured,
  target,
  atLeast: true,
});
export const most = (what: string, measured: number, target: number): Target => ({
  what,
  measured,
  target,
  atLeast: false,
});

const met = ({ measured, target, atLeast }: Target): boolean =>
  atLeast ? measured >= target : measured <= target;

/** Both tables in Markdown, for a terminal and for the page. */
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
  const held = targets(figures);
  return [
    conditions,
    table(head, lines),
    ...(held.length > 0 ? [targetTable('Haggle', held)] : []),
  ].join('\n\n');
}

/** The targets of `who`, and whether they are met. */
export const targetTable = (who: string, held: Target[]): string =>
  table(
    [who, 'measured', 'target', 'met'],
    held.map((one) => [
      one.what,
      two(one.measured),
      `${one.atLeast ? '≥' : '≤'} ${two(one.target)}`,
      met(one) ? 'yes' : 'no',
    ]),
  );

/** When and on what a run was measured. */
export function groundsOf({ mongodVersion, redisVersion }: Found) {
  const machine = {
    cpus: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    mongodb: mongodVersion,
    redis: redisVersion,
  };
  const [date] = new Date().toISOString().split('T') as [string];
  const words =
    `Measured on ${date}: ${machine.cpus}, ${machine.memoryGb} GB, Node ${machine.node}, ` +
    `MongoDB ${machine.mongodb}, Redis ${machine.redis}`;
  return { date, machine, words };
}

/** Stores a run: the whole result in a file, its tables in the page. */
export function record(command: string, file: string, result: object, text: string): void {
  const folder = join(projectRoot, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), `${JSON.stringify(result, null, 2)}\n`);
  writeIntoPage(join(projectRoot, 'docs', 'benchmarks.md'), command, text);
}

/** Writes the tables of a command between its marks in the page. */
function writeIntoPage(file: string, command: string, text: string): void {
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

export const partsOf = ({ cpuByPart }: Pick<Measured, 'cpuByPart'>): string =>
  Object.entries(cpuByPart)
    .map(([part, micros]) => `${part} ${round(micros)}`)
    .join(', ');

export const round = (value: number): string => Math.round(value).toLocaleString('en');
const two = (value: number): string => String(Math.round(value * 100) / 100);
