import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

/** Enough for the cause of a death, small enough to read at once. */
const TAIL_BYTES = 16_384;
const TAIL_LINES = 12;

interface LogEntry {
  /** pino: number from 10 (trace) to 60 (fatal). */
  level?: unknown;
  msg?: unknown;
  err?: { message?: unknown; stack?: unknown };
  /** mongod: I, W, E, F or D1-D5. */
  s?: unknown;
  attr?: { error?: unknown };
}

function parse(line: string): LogEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as LogEntry;
  } catch {
    return undefined;
  }
}

/** A line of pino, mongod or plain output as a person would read it. */
export function readable(line: string): string {
  const entry = parse(line);
  if (typeof entry?.msg !== 'string') return line;
  const cause = entry.err?.message ?? entry.attr?.error;
  if (cause === undefined || cause === entry.msg) return entry.msg;
  return `${entry.msg}: ${typeof cause === 'string' ? cause : JSON.stringify(cause)}`;
}

/** True for lines of pino at `error` and above: what the person at the terminal should see. */
export function isProblem(line: string): boolean {
  const level = parse(line)?.level;
  return typeof level === 'number' && level >= 50;
}

/** The last readable lines of a log file, starting no earlier than byte `from`. mongod: warnings and errors only. */
export function lastLines(file: string, from = 0): string {
  if (!existsSync(file)) return '';
  const size = statSync(file).size;
  const start = Math.max(from, size - TAIL_BYTES);
  const buffer = Buffer.alloc(Math.max(0, size - start));
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, buffer, 0, buffer.length, start);
  } finally {
    closeSync(descriptor);
  }
  const lines = buffer.toString('utf8').split('\n').filter(Boolean);
  const telling = lines.filter((line) => {
    const severity = parse(line)?.s;
    return typeof severity !== 'string' || /^[WEF]/.test(severity);
  });
  return telling.slice(-TAIL_LINES).map(readable).join('\n');
}
