import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '../context.js';
import { isAway } from '../platform/mongo.js';
import { missingMigrations } from './migrate.js';
import { mustBeListed } from './stores.js';

const firstLookMs = 100;
const lastLookMs = 2_000;
/** A run that was started beside this process may be nearly through. */
const silentMs = 2_000;
const tellEachMs = 30_000;

const remedy = 'run `node dist/haggle.js migrate` of this version with the same MONGODB_URI';

/**
 * Returns once the database has had every blocking migration of this version: without its unique indexes something
 * could be stored twice. Until then it looks every two seconds and says what is missing.
 */
export async function awaitMigrations({
  mongo,
  log,
  stores,
}: Pick<Context, 'mongo' | 'log' | 'stores'>): Promise<void> {
  mustBeListed(stores);
  const began = performance.now();
  let told = began + silentMs - tellEachMs;
  for (let lookMs = firstLookMs; ; lookMs = Math.min(lookMs * 2, lastLookMs)) {
    const missing = await missingMigrations(mongo).catch((error: Error) => {
      if (isAway(error)) return undefined;
      throw error;
    });
    if (missing === undefined) {
      await wait(lookMs);
      continue;
    }
    const ids = missing.map(({ id }) => id);
    if (!missing.some(({ blocking }) => blocking)) {
      if (ids.length > 0) log.warn({ missing: ids, remedy }, 'migrations are missing');
      return;
    }
    if (performance.now() - told >= tellEachMs) {
      told = performance.now();
      log.error({ missing: ids, remedy }, 'waiting for migrations: this process serves nothing');
    }
    await wait(lookMs);
  }
}
