import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** The command line as it ships: the compiled file, a real process with nothing but these settings. */
export function startHaggle(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['dist/haggle.js', ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = async () => {
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { code, out, err };
  };
  return { child, ended: ended() };
}

/** Runs a command to its end; `input` is what somebody types. */
export function haggle(args: readonly string[], env: Record<string, string> = {}, input = '') {
  const { child, ended } = startHaggle(args, env);
  child.stdin.end(input);
  return ended;
}
