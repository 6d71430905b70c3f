import { readFileSync } from 'node:fs';

const patterns = JSON.parse(
  readFileSync(new URL('./private-words.json', import.meta.url), 'utf8'),
) as Record<string, string>;

/**
 * Throws when a log holds what logs must not: tokens, passwords, addresses, places, and what people wrote. The tests
 * use few passwords and one mail domain, and their people write Korean, while logs are in English.
 */
export function mustBePrivate(name: string, log: string): void {
  for (const [what, pattern] of Object.entries(patterns)) {
    const found = new RegExp(`^.*(?:${pattern}).*$`, 'm').exec(log);
    if (found) throw new Error(`${name} has logged ${what}: ${found[0].slice(0, 500)}`);
  }
}
