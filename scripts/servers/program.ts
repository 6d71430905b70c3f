import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Full path of an executable on PATH. */
export function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

export interface Outcome {
  /** Undefined when it succeeded, else the last telling line it printed. */
  failure: string | undefined;
  output: string;
}

/** Runs a program to its end; never rejects. */
export function runProgram(
  file: string,
  args: string[],
  options: { env?: NodeJS.ProcessEnv; timeoutMs?: number; signal?: AbortSignal | undefined } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      file,
      args,
      {
        env: options.env,
        timeout: options.timeoutMs ?? 10_000,
        signal: options.signal,
        maxBuffer: 10_000_000,
      },
      (error, stdout, stderr) => {
        const output = `${stdout}${stderr}`;
        const lines = stderr.trim().split('\n').filter(Boolean);
        const telling = lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1);
        const failure = error ? (telling ?? error.message).slice(0, 300) : undefined;
        resolve({ failure, output });
      },
    );
  });
}

/** Major and minor number in what the program prints about itself, or why it cannot run. */
export async function versionOf(
  file: string,
  pattern: RegExp,
): Promise<{ version: number; text: string } | { failure: string }> {
  const { failure, output } = await runProgram(file, ['--version']);
  const text = pattern.exec(output)?.[1];
  if (failure !== undefined || text === undefined)
    return { failure: failure ?? 'it does not say its version' };
  return { version: Number.parseFloat(text), text };
}
