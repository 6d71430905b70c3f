import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { within } from './eventually.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A gateway or worker as it ships: the compiled entry, a real child process with its own environment. */
export class ServerProcess {
  port = 0;
  private child: ChildProcess | undefined;
  private output = '';

  constructor(
    readonly name: string,
    private readonly entry: 'dist/src/main.js' | 'dist/workers/main.js',
    private readonly env: Record<string, string>,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it has logged so far. */
  get log(): string {
    return this.output;
  }

  async start(): Promise<void> {
    // Its end follows from ours: the child leaves when this channel closes.
    const child = spawn(process.execPath, [this.entry], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...this.env, PORT: String(this.port) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child = child;
    const keep = (chunk: Buffer) => (this.output += chunk.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
    const ready = once(child, 'message').then(([message]) => message as { port?: number });
    const died = once(child, 'exit').then(() => {
      throw new Error(`${this.name} ended before it was ready:\n${this.output.slice(-2_000)}`);
    });
    died.catch(() => undefined);
    const { port } = await within(`${this.name} is ready`, Promise.race([ready, died]), 30_000);
    if (port) this.port = port;
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exit = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    const [code] = await within(`${this.name} ends`, exit, 20_000);
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
