import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';

/** One row of test/faults/matrix.json: tests by file and a part of their title. */
export interface Row {
  row: number;
  fault: string;
  tests?: [file: string, title: string][];
  /** Why no test does it. */
  notRun?: string;
}

/** What a test measured; see test/support/seeds.ts. */
interface Measured {
  row: number;
  seed?: number;
  repairMs?: number;
}

/** As jest reports a file with `--json`. */
interface TestFile {
  name: string;
  assertionResults: { title: string; status: string }[];
}

const page = 'docs/faults.md';
const marks = {
  tests: ['<!-- tests -->', '<!-- end of tests -->'],
  results: ['<!-- results -->', '<!-- end of results -->'],
} as const;

/** Which tests stand for which row, as it belongs into docs/faults.md. */
export function testTable(matrix: readonly Row[]): string {
  const lines = matrix.map(({ row, fault, tests = [], notRun }) => {
    const titles = new Map<string, string[]>();
    for (const [file, title] of tests) titles.set(file, [...(titles.get(file) ?? []), title]);
    const named = [...titles].map(([file, ofFile]) => {
      const name = file.replace(/^test\//, '').replace(/\.test\.ts$/, '');
      return `[${name}](../${file}): ${ofFile.join('; ')}`;
    });
    const what = [...named, ...(notRun === undefined ? [] : [`not run: ${notRun}`])];
    return `| ${row} | ${fault} | ${what.join('<br>')} |`;
  });
  return ['|  | fault | tests |', '| --- | --- | --- |', ...lines].join('\n');
}

/** The text of docs/faults.md between two marks. */
export function partOf(text: string, name: keyof typeof marks): string {
  const [begin, end] = marks[name];
  return text.slice(text.indexOf(begin) + begin.length, text.indexOf(end)).trim();
}

function withPart(text: string, name: keyof typeof marks, part: string): string {
  const [begin, end] = marks[name];
  const [before, after] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
  return `${text.slice(0, before)}\n\n${part}\n\n${text.slice(after)}`;
}

/**
 * Writes the tests and, for each row that ran, a line of what came of it. Lines of other rows stay if they were made on
 * the same machine with the same versions. `reports`: what jest wrote, a file for each run; `measured`: what the tests
 * did, if any did.
 */
export async function writeResults(run: {
  root: string;
  matrix: readonly Row[];
  rows: readonly Row[];
  reports: readonly string[];
  measured: string;
}): Promise<void> {
  const { root, matrix, rows } = run;
  const text = readFileSync(join(root, page), 'utf8');
  const where = `Measured on ${await machine()}:`;
  const old = partOf(text, 'results').split('\n');
  const kept = old[0] === where ? old.filter((line) => /^\| \d/.test(line)) : [];
  const lines = new Map(kept.map((line) => [Number(/^\| (\d+)/.exec(line)![1]), line]));
  const files = run.reports.flatMap(
    (report) =>
      (JSON.parse(readFileSync(report, 'utf8')) as { testResults: TestFile[] }).testResults,
  );
  const told = existsSync(run.measured) ? readFileSync(run.measured, 'utf8').trim() : '';
  const measured = told === '' ? [] : told.split('\n').map((line) => JSON.parse(line) as Measured);
  for (const row of rows) lines.set(row.row, resultLine(root, row, files, measured));
  const results = [
    where,
    '',
    '|  | on | runs | passed | after | seeds |',
    '| --- | --- | --- | --- | --- | --- |',
    ...[...lines].sort(([a], [b]) => a - b).map(([, line]) => line),
  ].join('\n');
  const whole = withPart(withPart(text, 'tests', testTable(matrix)), 'results', results);
  writeFileSync(join(root, page), whole);
}

function resultLine(
  root: string,
  { row, tests = [] }: Row,
  files: TestFile[],
  measured: Measured[],
): string {
  const runs = files.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(
      ({ title, status }) =>
        status !== 'pending' &&
        tests.some(([file, part]) => join(root, file) === name && title.includes(part)),
    ),
  );
  const passed = runs.filter(({ status }) => status === 'passed').length;
  const own = measured.filter((one) => one.row === row);
  const seeds = own.flatMap(({ seed }) => (seed === undefined ? [] : [seed]));
  const day = new Date().toISOString().slice(0, 10);
  const cells = [row, day, runs.length, passed, repairOf(own), rangesOf(seeds)];
  return `| ${cells.join(' | ')} |`;
}

function repairOf(own: Measured[]): string {
  const times = own
    .flatMap(({ repairMs }) => (repairMs === undefined ? [] : [repairMs / 1_000]))
    .sort((a, b) => a - b);
  if (times.length === 0) return '';
  const [half, longest] = [times[Math.floor((times.length - 1) / 2)]!, times.at(-1)!];
  return times.length === 1
    ? `${half.toFixed(1)} s`
    : `${half.toFixed(1)} s, at most ${longest.toFixed(1)} s`;
}

/** `7-9, 12` */
function rangesOf(seeds: number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const seed of [...new Set(seeds)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.[1] === seed - 1) last[1] = seed;
    else ranges.push([seed, seed]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

/** What it ran on, without the machine's name. */
async function machine(): Promise<string> {
  const { TEST_MONGODB_URI, TEST_REDIS_URL } = process.env;
  const connection = await mongoose.createConnection(TEST_MONGODB_URI!).asPromise();
  const { version } = await connection.db!.admin().serverInfo();
  await connection.close();
  const redis = new Redis(TEST_REDIS_URL!);
  const info = await redis.info('server');
  redis.disconnect();
  const valkey = /valkey_version:(\S+)/.exec(info)?.[1];
  const server = valkey ? `Valkey ${valkey}` : `Redis ${/redis_version:(\S+)/.exec(info)?.[1]}`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const processor = `${cpus().length} × ${cpus()[0]!.model.trim()}`;
  const system = `${platform()} ${arch()}, Node ${process.versions.node}`;
  return [processor, memory, system, `MongoDB ${version}`, server].join(', ');
}
