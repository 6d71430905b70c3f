import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** The environment an npm script would have: our tools first on PATH. */
export function toolEnvironment(env = process.env) {
  const bin = join(root, 'node_modules', '.bin');
  return { ...env, PATH: [bin, env.PATH ?? ''].join(delimiter) };
}

/**
 * Runs a command line in the project folder without a stdin; `behindOthers`: in the time that others leave.
 * Resolves to its exit code and what it printed; never rejects (a command that cannot start has code 127).
 */
export function run(
  commandLine,
  { env = toolEnvironment(), onOutput = () => {}, behindOthers = false } = {},
) {
  return new Promise((resolve) => {
    const child = spawn(commandLine, {
      cwd: root,
      env,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (behindOthers && child.pid !== undefined)
      setPriority(child.pid, constants.priority.PRIORITY_LOW);
    let output = '';
    const take = (chunk) => {
      output += chunk;
      onOutput(String(chunk));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}ended by ${signal}\n` : output }),
    );
  });
}
