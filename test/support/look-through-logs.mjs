import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logs } from './shared-processes.mjs';

const patterns = JSON.parse(readFileSync(new URL('./private-words.json', import.meta.url), 'utf8'));

/** After all test files: fails when a shared process has logged what logs must not hold. */
export default function lookThroughLogs() {
  const wrong = readdirSync(logs).flatMap((name) => {
    const log = readFileSync(join(logs, name), 'utf8');
    return Object.entries(patterns).flatMap(([what, pattern]) => {
      const found = new RegExp(`^.*(?:${pattern}).*$`, 'm').exec(log);
      return found ? [`${name} has logged ${what}: ${found[0].slice(0, 500)}`] : [];
    });
  });
  rmSync(logs, { recursive: true, force: true });
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}
