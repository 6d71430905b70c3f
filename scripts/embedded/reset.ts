import { createInterface } from 'node:readline/promises';
import { StartProblem } from '../start-problem.js';
import type { DataFolder } from './data-folder.js';
import type { Settings } from './settings.js';

/** Resolves to true when the data may go; throws a StartProblem when nobody can be asked. */
export async function mayReset(
  settings: Settings,
  folder: DataFolder,
  terminal: { input: NodeJS.ReadStream; output: NodeJS.WriteStream; signal: AbortSignal },
): Promise<boolean> {
  if (settings.confirmed) return true;
  if (!terminal.input.isTTY)
    throw new StartProblem(
      '--reset deletes data and nobody can be asked here. To do it: npm start -- --reset --yes',
    );
  const questions = createInterface(terminal);
  // The question sees Ctrl-C before we do.
  questions.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await questions.question(
      `Delete everything in ${folder.shown} (database, queues, keys, logs)? [y/N] `,
      { signal: terminal.signal },
    );
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    questions.close();
  }
}
