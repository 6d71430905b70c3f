import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../prepare/command.mjs';

/** What a check is called by the tool that does it. */
const NAMES = { prettier: 'format', eslint: 'lint', depcruise: 'imports', tsc: 'types' };

/**
 * The parts of the scripts `lint` and `types` of package.json, one check each:
 * what `npm run lint` does is what is judged, and each part is named for itself.
 */
export function staticChecks() {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const parts = [scripts.lint, scripts.types].flatMap((script) => script.split(' && '));
  return parts.map((commandLine) => {
    const [tool] = commandLine.split(' ');
    const web = /\bweb\//.test(commandLine) && tool === 'tsc' ? ' (web)' : '';
    return { name: `${NAMES[tool] ?? tool}${web}`, check: () => runCheck(commandLine) };
  });
}

/** Resolves to undefined, or to what the tool complains about. */
async function runCheck(commandLine) {
  const { code, output } = await run(commandLine);
  return code === 0 ? undefined : output.trimEnd() || `${commandLine}: code ${code}`;
}
