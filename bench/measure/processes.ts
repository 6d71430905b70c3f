import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/project-root.js';
import { answers, untilAnswers } from '../../scripts/servers/free-port.js';

const readyMs = 30_000;
/** Node runs as in the image. */
const { config } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  config: { nodeOptions: string };
};
const endMs = 15_000;
const { BENCH_PROFILE: profiles } = process.env;
/** Flags of a process that leaves a CPU profile in the folder of `BENCH_PROFILE`, where it is named. */
export const profiled = profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [];

/** A Node process of the benchmark. It ends when its IPC channel closes, so none outlives us. */
export interface Started {
  pid: number;
  child: ChildProcess;
  /** Its message when it was ready. */
  ready: { port?: number };
}

/** Starts the compiled entries of one round, and ends them together. */
export class Processes {
  private readonly started: { name: string; child: ChildProcess }[] = [];

  /** Resolves at the first message of the process; rejects, with the end of its output, when there is none. */
  async start(
    name: string,
    entry: string,
    options: {
      env?: Record<string, string>;
      args?: string[];
      execArgv?: string[];
      /** The checkout whose build it is; this one without. */
      root?: string;
    } = {},
  ): Promise<Started> {
    const root = options.root ?? projectRoot;
    const child = fork(join(root, entry), options.args ?? [], {
      cwd: root,
      env: {
        ...{ PATH: process.env['PATH'], NODE_ENV: 'production' },
        // All peers alike.
        NODE_OPTIONS: config.nodeOptions,
        ...options.env,
      },
      execArgv: options.execArgv ?? [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.started.push({ name, child });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream!.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2_000)));
    const late = AbortSignal.timeout(readyMs);
    const first = once(child, 'message', { signal: late }).then(([message]) => message as object);
    const ended = once(child, 'exit', { signal: late }).then(() => {
      throw new Error('it ended');
    });
    ended.catch(() => undefined);
    try {
      return { pid: child.pid!, child, ready: await Promise.race([first, ended]) };
    } catch (error) {
      throw new Error(`${name} did not start (${(error as Error).message}):\n${output}`);
    } finally {
      first.catch(() => undefined);
    }
  }

  /**
   * Starts a program that listens on `port` of loopback; resolves to its process id once it does. Rejects, with the end of
   * its output, when it does not.
   */
  async startProgram(
    name: string,
    program: string,
    { args, cwd, port }: { args: string[]; cwd: string; port: number },
  ): Promise<number> {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.started.push({ name, child });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2_000)));
    const over = new AbortController();
    for (const event of ['exit', 'error'] as const) child.once(event, () => over.abort());
    await untilAnswers(port, AbortSignal.any([over.signal, AbortSignal.timeout(readyMs)]));
    if (!over.signal.aborted && (await answers(port, '127.0.0.1'))) return child.pid!;
    throw new Error(`${name} did not start:\n${output}`);
  }

  /**
   * Kills all at once: what they keep is dropped with their ground, and a drain would be waited for. Who is killed leaves
   * no profile, so with profiles each is asked to end.
   */
  async end(): Promise<void> {
    const signal = profiles ? 'SIGTERM' : 'SIGKILL';
    await Promise.all(this.started.splice(0).map((one) => this.endOne(one, signal)));
  }

  /** Resolves when it has ended; one that does not do so at the signal is killed. */
  async endOne({ child }: { child: ChildProcess }, signal: NodeJS.Signals = 'SIGTERM') {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), endMs);
    await gone;
    clearTimeout(timer);
  }
}
