import { readFileSync } from 'node:fs';

const EVERY_MS = 500;

/**
 * Sends SIGTERM to this process when the npm that runs it is gone.
 * npm passes SIGTERM to the shell between us, which ends without telling us, and a killed npm tells nobody.
 * Started in any other way nothing is watched: a process may well outlive the shell that it was started from.
 */
export function endWithNpm(env: NodeJS.ProcessEnv): void {
  if (env.npm_lifecycle_event === undefined) return;
  const before = ancestry();
  const timer = setInterval(() => {
    if (ancestry() === before) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, EVERY_MS);
  timer.unref();
}

/** Our parent and, where that is npm's shell, its parent: npm is one of the two. */
function ancestry(): string {
  const shell = process.ppid;
  try {
    if (!/^\S*sh\0-c\0/.test(readFileSync(`/proc/${shell}/cmdline`, 'utf8'))) return `${shell}`;
    // The program's name, in parentheses, may hold anything; the parent is the second field after it.
    const [, parent] = readFileSync(`/proc/${shell}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return `${shell} ${parent}`;
  } catch {
    // No /proc here: the shell alone has to do.
    return `${shell}`;
  }
}
