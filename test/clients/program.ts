import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const pages = fileURLToPath(new URL('../../docs/clients/', import.meta.url));
const cache = join(homedir(), '.cache/haggle/clients');
const run = promisify(execFile);

/** How the code of a page becomes a program. */
export interface Language {
  name: string;
  /** The page, its code blocks, and the file that they make together. */
  page: string;
  block: string;
  file: string;
  /** Fetches packages and builds, in the folder of the program. Rejects when something is not to be had here. */
  build: (folder: string) => Promise<unknown>;
  command: (folder: string) => [string, ...string[]];
  /** It can call REST without another package. */
  hasRest: boolean;
}

const buildMs = 30 * 60_000;
const within =
  (folder: string) =>
  (command: string, ...args: string[]) =>
    run(command, args, { cwd: folder, timeout: buildMs, maxBuffer: 64 * 1024 * 1024 });

export const languages: Language[] = [
  {
    name: 'java',
    page: 'android.md',
    block: 'java',
    file: 'Haggle.java',
    hasRest: true,
    async build(folder) {
      const here = within(folder);
      if (!existsSync(join(folder, 'lib')))
        await here('mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib');
      await here('javac', '-cp', 'lib/*', '-d', 'out', 'Haggle.java', 'Driver.java');
    },
    command: (folder) => ['java', '-cp', `${folder}/out:${folder}/lib/*`, 'Driver'],
  },
  {
    name: 'go',
    page: 'go.md',
    block: 'go',
    file: 'haggle.go',
    hasRest: true,
    async build(folder) {
      const here = within(folder);
      await here('go', 'mod', 'tidy');
      await here('go', 'build', '-o', 'client', '.');
    },
    command: (folder) => [join(folder, 'client')],
  },
  {
    name: 'rust',
    page: 'rust.md',
    block: 'rust',
    file: 'src/haggle.rs',
    hasRest: false,
    async build(folder) {
      cpSync(join(folder, 'main.rs'), join(folder, 'src/main.rs'));
      await within(folder)('cargo', 'build', '-q');
    },
    command: (folder) => [join(folder, 'target/debug/haggle-client')],
  },
  {
    name: 'python',
    page: 'python.md',
    block: 'python',
    file: 'haggle.py',
    hasRest: true,
    async build(folder) {
      const here = within(folder);
      if (!existsSync(join(folder, 'venv'))) await here('python3', '-m', 'venv', 'venv');
      await here('venv/bin/pip', '-q', 'install', '-r', 'requirements.txt');
    },
    command: (folder) => [join(folder, 'venv/bin/python'), join(folder, 'driver.py')],
  },
];

/** Lays a program out in the cache: our driver, and beside it the code of the page, all of it, as it stands there. */
export async function build({ name, page, block, file, build: make }: Language): Promise<string> {
  const folder = join(cache, name);
  mkdirSync(join(folder, 'src'), { recursive: true });
  cpSync(join(here, name), folder, { recursive: true });
  const text = readFileSync(join(pages, page), 'utf8');
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${block}\n([^]*?)^\`\`\`$`, 'gm'))];
  writeFileSync(join(folder, file), blocks.map(([, code]) => code).join('\n'));
  await make(folder);
  return folder;
}

interface Line {
  id?: number;
  answer?: unknown;
  failed?: string;
  event?: string;
  payload?: unknown;
}

/** One device that runs the code of a page. */
export class Program {
  readonly heard: { event: string; payload: unknown }[] = [];
  private readonly lines: Line[] = [];
  private readonly child: ChildProcess;
  private last = 0;
  private complaints = '';

  constructor(language: Language, folder: string, url: string, token: string) {
    const [command, ...args] = language.command(folder);
    this.child = spawn(command, [...args, url, token], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stderr!.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    createInterface(this.child.stdout!).on('line', (text) => {
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as Line;
      if (line.event === undefined) this.lines.push(line);
      else this.heard.push({ event: line.event, payload: line.payload });
    });
  }

  /** Does something, and answers with what came of it; a failure of the library is `{ failed }`. */
  async does<T = unknown>(what: string, fields: object = {}): Promise<T> {
    this.last += 1;
    const id = this.last;
    this.child.stdin!.write(`${JSON.stringify({ id, do: what, ...fields })}\n`);
    const line = await eventually(
      `${what} ${JSON.stringify(fields).slice(0, 200)} is answered`,
      () => this.lines.find((one) => one.id === id),
      30_000,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.complaints.slice(-2_000)}`);
    });
    return (line.failed === undefined ? line.answer : { failed: line.failed }) as T;
  }

  asks<T>(
    event: string,
    payload: object,
  ): Promise<{ ok: boolean; data: T; error?: { code: string } }> {
    return this.does('request', { event, payload });
  }

  /** The first event that fits among those after the first `since` ones. */
  hears<T = Record<string, unknown>>(
    event: string,
    fits: (payload: T) => boolean = () => true,
    since = 0,
    deadlineMs = 30_000,
  ): Promise<T> {
    return eventually(
      `${event} is heard, after ${JSON.stringify(this.heard.slice(-5))} ${this.complaints.slice(-500)}`,
      () =>
        this.heard.slice(since).find((one) => one.event === event && fits(one.payload as T))
          ?.payload as T | undefined,
      deadlineMs,
    );
  }

  end(): void {
    this.child.kill('SIGKILL');
  }
}
