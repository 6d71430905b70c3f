import { ConfigError } from '../src/platform/config.js';
import { builtEntries, type Entries } from './embedded/child-plans.js';
import { runUntilStopped } from './embedded/run.js';
import { HELP, readSettings } from './embedded/settings.js';
import { endWithNpm } from './npm-watch.js';
import type { Progress } from './progress.js';
import { StartProblem } from './start-problem.js';

export interface EmbeddedOptions {
  env: NodeJS.ProcessEnv;
  argv: string[];
  progress: Progress;
  /** Programs of gateway and worker, unless a test puts others there. */
  entries?: Entries;
}

/**
 * The embedded default: everything on this machine, until Ctrl-C.
 * Resolves to the exit code once every child is gone; what a person can mend is printed, not thrown.
 */
export async function embedded(options: EmbeddedOptions): Promise<number> {
  const { env, argv, progress, entries = builtEntries } = options;
  endWithNpm(env);
  try {
    const settings = readSettings(env, argv);
    if (!settings.help) return await runUntilStopped({ env, settings, progress, entries });
    progress.line(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof StartProblem || error instanceof ConfigError)) throw error;
    progress.line(error.message);
    return 1;
  }
}
