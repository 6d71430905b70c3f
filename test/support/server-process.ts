import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually, within } from './eventually.js';
import { mustBePrivate } from './private-words.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a child says over the channel. */
export type ChildMessage = { type: string; port?: number } & Record<string, unknown>;

/** A gateway or worker as it ships: the compiled entry, a real child process with its own environment. */
export class ServerProcess {
  port = 0;
  /** Ends that nobody here asked for. */
  readonly unexpectedEnds: string[] = [];
  private child: ChildProcess | undefined;
  private output = '';
  private ending = false;

  constructor(
    readonly name: string,
    /** Of the build, from the project's folder. */
    readonly entry: string,
    /** What it is told by its environment. */
    readonly settings: Record<string, string>,
    /** A file or device that takes its output in place of us: `log` is empty then. */
    private readonly outputTo?: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has logged so far. */
  get log(): string {
    return this.output;
  }

  async start(): Promise<void> {
    await this.launch();
    await this.isReady();
  }

  /** Resolves when the process is there, which may wait for its servers. */
  async launch(): Promise<void> {
    const output = this.outputTo === undefined ? 'pipe' : openSync(this.outputTo, 'w');
    // Its end follows from ours: the child leaves when this channel closes.
    const child = spawn(process.execPath, [this.entry], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...this.settings, PORT: String(this.port) },
      stdio: ['ignore', output, output, 'ipc'],
    });
    if (typeof output === 'number') closeSync(output);
    this.child = child;
    this.ending = false;
    child.once('exit', (code, signal) => {
      if (!this.ending) this.unexpectedEnds.push(`code ${code}, signal ${signal}`);
    });
    const keep = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    await once(child, 'spawn');
  }

  /** Resolves when it takes work. */
  async isReady(): Promise<void> {
    const child = this.child!;
    const died = once(child, 'exit').then(() => {
      throw new Error(`${this.name} ended before it was ready:\n${this.output.slice(-2_000)}`);
    });
    // Its end says why, the closed channel does not.
    const ready = this.hears(({ type }) => type === 'ready').catch(() => died);
    for (const either of [ready, died]) either.catch(() => undefined);
    const { port } = await within(`${this.name} is ready`, Promise.race([ready, died]), 50_000);
    if (port) this.port = port;
  }

  /** Resolves when a gateway listens, ready or not. */
  async listens(): Promise<void> {
    this.port = await eventually(`${this.name} listens`, () => {
      const [, port] = /"port":(\d+),"msg":"gateway listens"/.exec(this.output) ?? [];
      return Number(port);
    });
  }

  get isRunning(): boolean {
    const { child } = this;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  tell(message: object): void {
    this.child!.send(message);
  }

  /** The first message of this life of the process that fits; rejects when it ends before. */
  hears(fits: (message: ChildMessage) => boolean): Promise<ChildMessage> {
    const child = this.child!;
    return new Promise((resolve, reject) => {
      const listen = (message: unknown) => {
        if (!fits(message as ChildMessage)) return;
        leave();
        resolve(message as ChildMessage);
      };
      const end = () => {
        leave();
        reject(new Error(`${this.name} ended`));
      };
      const leave = () => {
        child.off('message', listen);
        child.off('exit', end);
      };
      child.on('message', listen);
      child.once('exit', end);
    });
  }

  /** Fails where it has logged what logs must not hold. */
  async end(signal: NodeJS.Signals, withinMs = 20_000): Promise<number | null> {
    const { child } = this;
    if (!child || !this.isRunning) return null;
    this.ending = true;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    const [code] = await within(`${this.name} ends`, exit, withinMs);
    mustBePrivate(this.name, this.output);
    return code;
  }

  kill(): Promise<number | null> {
    return this.end('SIGKILL');
  }

  /** Nothing in it runs until it is resumed; its connections and timers stay. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }
}
