import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Logger } from '../platform/logger.js';
import type { Tokens } from './tokens.js';

/** How often the file is looked at, ms. Asked and not told: volumes of Kubernetes exchange a link, which tells nobody. */
const lookMs = 2_000;

/**
 * Has the keys of a file that changes taken at once, so that keys are rotated without a restart. A file that cannot be
 * used changes nothing, and is logged. Returns how to stop.
 */
export function followKeyFile(path: string, { tokens, log }: { tokens: Tokens; log: Logger }) {
  const read = async () => {
    try {
      log.info({ keys: tokens.change(await readFile(path, 'utf8')) }, 'signing keys read again');
    } catch (error) {
      log.error(
        { reason: (error as Error).message },
        'signing keys cannot be read: those of before stay',
      );
    }
  };
  watchFile(path, { interval: lookMs, persistent: false }, () => void read());
  return () => unwatchFile(path);
}
