import { StartProblem } from '../start-problem.js';

export interface FindOptions {
  env: NodeJS.ProcessEnv;
  /** Told what is being done, for whoever waits. */
  onProgress: (detail: string) => void;
  signal?: AbortSignal | undefined;
}

/** One way to a program: resolves to its path, to undefined when there is none, or rejects with the reason. */
export interface Way {
  name: string;
  find: () => string | undefined | Promise<string | undefined>;
}

/** No way led to a server: every way with its reason, and what to install. */
export class ServerNotFound extends StartProblem {
  constructor(server: string, attempts: string[], advice: string) {
    const tried = attempts.map((line) => `  - ${line}`).join('\n');
    super(`No ${server} server could be started. Tried:\n${tried}\n${advice}`);
    this.name = 'ServerNotFound';
  }
}

/**
 * The first program that is found and fit to run, going through the ways in turn.
 * `unfitness` says why a program cannot be used, or undefined when it can.
 */
export async function firstFit(search: {
  server: string;
  /** Setting that makes the search needless. */
  setting: string;
  ways: Way[];
  unfitness: (program: string) => Promise<string | undefined>;
  advice: string;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const attempts = [`${search.setting}: not set`];
  for (const { name, find } of search.ways) {
    search.signal?.throwIfAborted();
    try {
      const program = await find();
      const reason = program ? await search.unfitness(program) : 'not found';
      if (program && reason === undefined) return program;
      attempts.push(`${name}: ${reason}`);
    } catch (error) {
      attempts.push(`${name}: ${oneLine(error)}`);
    }
  }
  search.signal?.throwIfAborted();
  throw new ServerNotFound(search.server, attempts, search.advice);
}

/** The message of an error without its line breaks, cut where it stops being telling. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .slice(0, 300);
}
