import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { freePort, isFree } from '../servers/free-port.js';
import { StartProblem } from '../start-problem.js';
import { runsWith } from './process-table.js';

/** Above the usual ports of both servers, so that a person's own are left alone. */
const FIRST_MONGO_PORT = 27_117;
const FIRST_REDIS_PORT = 16_379;
/** Each folder looks from its own place upward, so that two that start at once do not choose the same port. */
const PLACES = 800;

export interface ServerPorts {
  mongo: number;
  redis: number;
}

/** DATA_DIR: holds everything of one embedded Haggle, and belongs to one launcher at a time. */
export class DataFolder {
  readonly mongo: string;
  readonly redis: string;
  readonly #lock: string;
  readonly #ports: string;
  readonly #children: string;

  constructor(readonly path: string) {
    this.mongo = join(path, 'mongo');
    this.redis = join(path, 'redis');
    this.#lock = join(path, 'haggle.lock');
    this.#ports = join(path, 'ports.json');
    this.#children = join(path, 'children.json');
  }

  /** The folder as a person would name it. */
  get shown(): string {
    const near = relative(process.cwd(), this.path);
    return near === '' || near.startsWith('..') ? this.path : near;
  }

  get signingKey(): string {
    return join(this.path, 'keys', 'jwt.pem');
  }

  get webPushKeys(): string {
    return join(this.path, 'keys', 'web-push.json');
  }

  get logs(): string {
    return join(this.path, 'logs');
  }

  logFile(name: string): string {
    return join(this.logs, `${name}.log`);
  }

  /** Takes the folder; throws a StartProblem while another launcher has it. */
  claim(): void {
    mkdirSync(this.path, { recursive: true });
    const holder = this.#holder();
    if (holder !== undefined) throw this.#taken(`process ${holder}`);
    rmSync(this.#lock, { force: true });
    const mark = basename(process.argv[1] ?? process.execPath);
    try {
      writeFileSync(this.#lock, JSON.stringify({ pid: process.pid, mark }), { flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw this.#taken('just started');
    }
  }

  release(): void {
    rmSync(this.#lock, { force: true });
    rmSync(this.#children, { force: true });
  }

  /** Deletes what an earlier start left, but only from a folder that one made: DATA_DIR may be mistyped. */
  empty(): void {
    const names = readdirSync(this.path).filter((name) => join(this.path, name) !== this.#lock);
    if (names.length > 0 && !existsSync(this.#ports))
      throw new StartProblem(
        `${this.shown} was not made by npm start, so nothing in it was deleted. Check DATA_DIR.`,
      );
    for (const name of names) rmSync(join(this.path, name), { recursive: true, force: true });
  }

  /** The ports of the servers: those of the last start while they are free. */
  async ports(): Promise<ServerPorts> {
    const last = readJson<Partial<ServerPorts>>(this.#ports);
    const choose = async (port: number | undefined, first: number) =>
      port !== undefined && (await isFree(port)) ? port : freePort(first);
    const place = createHash('sha256').update(this.path).digest().readUInt16BE() % PLACES;
    const ports = {
      mongo: await choose(last?.mongo, FIRST_MONGO_PORT + place),
      redis: await choose(last?.redis, FIRST_REDIS_PORT + place),
    };
    writeFileSync(this.#ports, JSON.stringify(ports));
    return ports;
  }

  /** Ports of the servers of the launcher that has the folder; undefined: none has it. */
  get running(): ServerPorts | undefined {
    if (this.#holder() === undefined) return undefined;
    return readJson<ServerPorts>(this.#ports);
  }

  /** Processes that the last launcher recorded: pid by a mark in their command line. */
  get recorded(): [pid: number, mark: string][] {
    return readJson<[number, string][]>(this.#children) ?? [];
  }

  record(children: [pid: number, mark: string][]): void {
    writeFileSync(this.#children, JSON.stringify(children));
  }

  #taken(by: string): StartProblem {
    return new StartProblem(
      `Haggle is already running with its data in ${this.shown} (${by}).\n` +
        'Stop it there with Ctrl-C, or start a second one beside it: DATA_DIR=.data-2 PORT=4000 npm start',
    );
  }

  /** Process number of the launcher that has the folder, if one does. */
  #holder(): number | undefined {
    const lock = readJson<{ pid: number; mark: string }>(this.#lock);
    // In a container that was started again the number may be our own.
    if (!lock || lock.pid === process.pid) return undefined;
    return runsWith(lock.pid, lock.mark) ? lock.pid : undefined;
  }
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
