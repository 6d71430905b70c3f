import { resolve } from 'node:path';
import type { z } from 'zod';
import { DataFolder } from '../scripts/embedded/data-folder.js';
import { commonEnvironment } from '../scripts/embedded/child-environment.js';
import { readSettings } from '../scripts/embedded/settings.js';
import { mongoUri } from '../scripts/servers/mongo.js';
import { redisUrl } from '../scripts/servers/redis.js';
import { ConfigError, loadConfig, settings, type Config } from '../src/platform/config.js';

export type Environment = Record<string, string | undefined>;

/**
 * The environment, or, where that names no database and `npm start` runs in this folder, the one that its processes
 * have.
 */
export function environment(): Environment {
  const { env } = process;
  if (env['MONGODB_URI']) return env;
  const folder = new DataFolder(resolve(env['DATA_DIR'] || '.data'));
  const ports = folder.running;
  if (!ports) return env;
  const servers = { mongoUri: mongoUri(ports.mongo), redisUrl: redisUrl(ports.redis) };
  return commonEnvironment(env, readSettings(env, []), folder, {
    ...servers,
    redisUrl: env['REDIS_URL'] || servers.redisUrl,
  });
}

/** All settings, as a gateway reads them. Throws a ConfigError. */
export const config = (): Config => loadConfig(environment());

/** One setting, for a command that needs no others. Throws a ConfigError that says what it is for. */
export function setting<N extends keyof typeof settings>(name: N): z.infer<(typeof settings)[N]> {
  const given = environment()[name] || undefined;
  const parsed = settings[name].safeParse(given);
  if (parsed.success) return parsed.data as z.infer<(typeof settings)[N]>;
  const what = given === undefined ? 'is missing' : 'is not usable';
  const beside = name === 'MONGODB_URI' ? '; beside "npm start", run it in the same folder' : '';
  throw new ConfigError([`${name} ${what}. ${settings[name].description}${beside}`]);
}
