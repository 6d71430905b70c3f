import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/servers/free-port.js';

/** A start beside other tests on two cores draws photos, builds indexes and waits for a core: only a hang takes so long. */
const DEADLINE_MS = 50_000;
const launch = join(import.meta.dirname, 'launch.mjs');

/** Asks again until it holds; throws what it waited for when the deadline has passed. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${DEADLINE_MS} ms: ${what}`);
    await delay(25);
  }
}

/** True while the process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A data folder and ports for one embedded default, and the launchers started in it. */
export class Home {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'haggle-home-'));
  readonly #launchers: Launcher[] = [];

  private constructor(
    readonly port: number,
    readonly env: Record<string, string>,
  ) {}

  /** `env` overrides the settings of every start; the servers of the test run are used unless it says otherwise. */
  static async make(env: Record<string, string> = {}): Promise<Home> {
    const port = await freePort(20_000 + Math.floor(Math.random() * 10_000));
    return new Home(port, env);
  }

  start(args: string[] = [], env: Record<string, string> = {}): Launcher {
    const launcher = new Launcher(args, {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      HAGGLE_CACHE: process.env.HAGGLE_CACHE,
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME,
      MONGODB_URI: process.env.TEST_MONGODB_URI,
      REDIS_URL: process.env.TEST_REDIS_URL,
      SEED: 'off',
      DATA_DIR: this.dataDir,
      PORT: String(this.port),
      ...this.env,
      ...env,
    });
    this.#launchers.push(launcher);
    return launcher;
  }

  /** Processes of the last launcher, as it wrote them down. */
  get children(): number[] {
    const file = join(this.dataDir, 'children.json');
    if (!existsSync(file)) return [];
    return (JSON.parse(readFileSync(file, 'utf8')) as [number, string][]).map(([pid]) => pid);
  }

  async remove(): Promise<void> {
    for (const launcher of this.#launchers) await launcher.end();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** One `npm start`, with stand-ins for gateway and worker unless STAND_INS=off. */
export class Launcher {
  readonly exit: Promise<number | null>;
  readonly #child: ChildProcess;
  #output = '';

  constructor(args: string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, [launch, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const take = (chunk: Buffer) => (this.#output += chunk.toString());
    this.#child.stdout?.on('data', take);
    this.#child.stderr?.on('data', take);
    this.exit = new Promise((resolve) => this.#child.once('close', resolve));
  }

  get output(): string {
    return this.#output;
  }

  /** Waits until it has printed the text. */
  prints(text: string): Promise<void> {
    return until(`"${text}"`, () => {
      if (this.#child.exitCode !== null && !this.#output.includes(text))
        throw new Error(`It ended without "${text}":\n${this.#output}`);
      return this.#output.includes(text);
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.signal('SIGTERM');
    await this.exit;
  }
}
