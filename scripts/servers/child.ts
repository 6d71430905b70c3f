import { spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { StartProblem } from '../start-problem.js';
import type { Leash, Stage } from './leash.js';
import { lastLines } from './log-lines.js';

/** A first start on a slow disk; later than this is a hang. */
const READY_MS = 90_000;
/** Above this a log makes room at the next start; the one before it is kept. */
const LOG_BYTES = 10_000_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** It asked for its end itself. */
  asked?: boolean;
}

/** A running process of ours. */
export interface Child {
  readonly name: string;
  readonly pid: number | undefined;
  /** Resolves when it can be used; rejects with a StartProblem when it ended before. */
  readonly ready: Promise<void>;
  /** Resolves, always, when the process is gone. */
  readonly exited: Promise<Exit>;
  /** Last readable lines of its output. */
  tail(): string;
  /** Asks it to end and waits; kills it when it takes longer than its grace. */
  stop(): Promise<void>;
  kill(): void;
}

export interface ChildOptions {
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Its output is appended here. */
  logFile: string;
  stage: Stage;
  leash?: Leash | undefined;
  /** Time for a clean end in ms. */
  graceMs: number;
  /**
   * How it becomes ready: `message` waits for `{type: 'ready'}` on the IPC channel,
   * a function does its own asking until it resolves or the signal fires.
   */
  readiness: 'message' | ((gone: AbortSignal) => Promise<void>);
  /** Called for each line it prints; without it the output goes to the file untouched by us. */
  onLine?: (line: string) => void;
}

/** Starts a process in a group of its own, so that the terminal's Ctrl-C reaches only the launcher, which keeps the order. */
export function launchChild(options: ChildOptions): Child {
  const { name, logFile, leash, onLine } = options;
  mkdirSync(dirname(logFile), { recursive: true });
  if (existsSync(logFile) && statSync(logFile).size > LOG_BYTES)
    renameSync(logFile, `${logFile}.1`);
  const log = openSync(logFile, 'a');
  const logStart = statSync(logFile).size;
  // A server writes to the file itself: a pipe would break under it when the launcher is killed.
  const output = onLine ? 'pipe' : log;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', output, output, ...(options.readiness === 'message' ? ['ipc' as const] : [])],
  });
  if (child.pid !== undefined) leash?.hold(child.pid, options.stage);
  if (onLine) forwardLines(child, log, onLine);

  let gone: Exit | undefined;
  let asked = false;
  const exited = new Promise<Exit>((resolve) => {
    const end = (exit: Exit) => {
      if (gone) return;
      gone = exit;
      if (child.pid !== undefined) leash?.release(child.pid);
      closeSync(log);
      resolve(exit);
    };
    child.once('error', () => end({ code: 127, signal: null }));
    // `close` comes after the last output, `exit` before it.
    child.once('close', (code, signal) => end({ code, signal, ...(asked && { asked }) }));
  });
  const tail = () => lastLines(logFile, logStart);
  const kill = () => void child.kill('SIGKILL');
  child.on('message', (message) => {
    if ((message as { type?: unknown } | null)?.type !== 'kill') return;
    asked = true;
    kill();
  });

  const ready = becomesReady(child, exited, options.readiness).catch((error: unknown) => {
    if (!gone) kill();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartProblem(
      [`${name} did not start: ${reason}`, tail(), `Its log: ${logFile}`]
        .filter(Boolean)
        .join('\n'),
    );
  });
  // Whoever waits for it gets the rejection; nobody waiting must not end the process.
  ready.catch(() => {});

  return {
    name,
    pid: child.pid,
    ready,
    exited,
    tail,
    kill,
    async stop() {
      if (gone) return;
      child.kill('SIGTERM');
      const timer = setTimeout(kill, options.graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** `code 1`, `SIGKILL`: how a process ended, in one word. */
export function describeExit({ code, signal }: Exit): string {
  return signal ?? `code ${code ?? 'unknown'}`;
}

async function becomesReady(
  child: ChildProcess,
  exited: Promise<Exit>,
  readiness: ChildOptions['readiness'],
): Promise<void> {
  const over = new AbortController();
  const ended = exited.then((exit) => {
    throw new Error(`it ended (${describeExit(exit)})`);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it was not ready after ${READY_MS / 1_000} s`)),
      READY_MS,
    );
  });
  const said = readiness === 'message' ? saysReady(child) : readiness(over.signal);
  try {
    await Promise.race([said, ended, late]);
  } finally {
    clearTimeout(timer);
    over.abort();
    said.catch(() => {});
    ended.catch(() => {});
  }
}

function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if ((message as { type?: unknown } | null)?.type === 'ready') resolve();
    });
  });
}

function forwardLines(child: ChildProcess, log: number, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      writeSync(log, chunk);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(onLine);
    });
  }
}
