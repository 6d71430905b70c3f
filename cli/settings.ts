import type { z } from 'zod';
import { ConfigError, settings } from '../src/platform/config.js';

type Settings = typeof settings;

/** One setting, for a command that needs no others. Throws a ConfigError that says what it is for. */
export function setting<N extends keyof Settings>(name: N): z.infer<Settings[N]> {
  const given = process.env[name] || undefined;
  const parsed = settings[name].safeParse(given);
  if (parsed.success) return parsed.data as z.infer<Settings[N]>;
  const what = given === undefined ? 'is missing' : 'is not usable';
  throw new ConfigError([`${name} ${what}. ${settings[name].description}`]);
}
