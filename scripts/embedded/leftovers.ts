import { setTimeout as delay } from 'node:timers/promises';
import { runsWith } from './process-table.js';

/** The leash of the last launcher may be ending them just now: mongod writes its cache to disk first. */
const GRACE_MS = 20_000;

/**
 * Ends children of a launcher that was killed, so that their ports and folders are free.
 * Only processes whose command line carries the recorded mark: a number may belong to somebody else by now.
 */
export async function endLeftovers(recorded: [pid: number, mark: string][]): Promise<void> {
  const running = () => recorded.filter(([pid, mark]) => runsWith(pid, mark));
  for (const [pid] of running()) signal(pid, 'SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  while (running().length > 0 && Date.now() < deadline) await delay(50);
  for (const [pid] of running()) signal(pid, 'SIGKILL');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Ended by itself meanwhile.
  }
}
