import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, toolEnvironment } from '../prepare/command.mjs';

/** What a check is called by the tool that does it. */
const NAMES = { oxfmt: 'format', oxlint: 'lint and types', depcruise: 'imports' };

/** The parts of `npm run lint`, one check each: what a developer runs is what is judged. */
export function staticChecks() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return scripts.lint.split(' && ').map((commandLine) => {
    const [tool] = commandLine.split(' ');
    return { name: NAMES[tool] ?? tool, check: () => runCheck(commandLine) };
  });
}

/**
 * The type checker is a Go program. On one processor it has one checker, where several would each work out the types
 * that they share; the tests need the other. It spends a fifth of its processor time on collecting garbage; its memory is
 * mostly in use, so collecting less often costs little of it.
 */
const env = { GOMAXPROCS: '1', GOGC: '400', ...toolEnvironment() };

/** Resolves to undefined, or to what the tool complains about. */
async function runCheck(commandLine) {
  const { code, output } = await run(commandLine, { behindOthers: true, env });
  return code === 0 ? undefined : output.trimEnd() || `${commandLine}: code ${code}`;
}
