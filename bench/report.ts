import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../scripts/project-root.js';
import { processorShare } from './measure/processor-share.js';
import { drawBars, type Bars } from './plot.js';
import type { Found } from './servers.js';
import type { Measured } from './turn.js';

export interface Target {
  what: string;
  measured: number;
  target: number;
  atLeast: boolean;
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
    processorShare: processorShare(),
  };
  const [date] = new Date().toISOString().split('T') as [string];
  const words =
    `Measured on ${date}: ${machine.cpus}, ${machine.memoryGb} GB, Node ${machine.node}, ` +
    `MongoDB ${machine.mongodb}, Redis ${machine.redis}, ` +
    `a busy loop got ${Math.round(machine.processorShare * 100)} % of a processor`;
  return { date, machine, words };
}

/** Stores a run: the whole result in a file, its tables in a page of `docs/`. */
export function record(
  command: string,
  file: string,
  result: object,
  text: string,
  page = 'benchmarks.md',
): void {
  const folder = join(projectRoot, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), `${JSON.stringify(result, null, 2)}\n`);
  writeIntoPage(join(projectRoot, 'docs', page), command, text);
}

/** Stores a picture beside the page. Returns the Markdown that shows it there. */
export function savePlot(
  name: string,
  { title, charts }: { title: string; charts: Bars[] },
): string {
  writeFileSync(join(projectRoot, 'docs', 'images', `${name}.svg`), drawBars(charts));
  return `![${title}](images/${name}.svg)`;
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
