import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Long enough that a restart does not wait for a refusal again, short enough to notice a repaired network. */
const REFUSAL_MS = 60 * 60 * 1_000;

/** Where downloaded servers are kept between starts and checkouts: HAGGLE_CACHE, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const folder =
    env.HAGGLE_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'haggle');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Why this download was refused within the last hour, or undefined. */
export function rememberedRefusal(cache: string, what: string): string | undefined {
  try {
    const { reason, at } = JSON.parse(readFileSync(noteFile(cache, what), 'utf8')) as {
      reason: string;
      at: number;
    };
    const age = Date.now() - at;
    if (age < 0 || age > REFUSAL_MS) return undefined;
    return `${reason} (${Math.round(age / 60_000)} min ago; delete ${noteFile(cache, what)} to try again now)`;
  } catch {
    return undefined;
  }
}

export function rememberRefusal(cache: string, what: string, reason: string): void {
  writeFileSync(noteFile(cache, what), JSON.stringify({ reason, at: Date.now() }));
}

function noteFile(cache: string, what: string): string {
  return join(cache, `${what}.refused.json`);
}
