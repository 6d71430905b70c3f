import { InvalidArgumentError, type Command } from 'commander';
import { checkIndexes, checkLog, checkReferences } from './backup/checks.js';
import { onDatabase } from './database.js';
import { say } from './output.js';

const sampled = 1_000;

const help = `
Reads MONGODB_URI: name the database into which a backup was restored, before processes run on it. It changes nothing.
Looked at: migrations and indexes; logs of conversations, 1, 2, 3 … without holes, and inbox rows that are not ahead of
them; documents that name what is not there. Exit code 1: something is wrong; each kind is a line with examples.

Examples:
  MONGODB_URI=mongodb://restored/haggle?replicaSet=rs0 haggle backup:check
  haggle backup:check --all     every conversation and document, which reads all of the keys`;

export function addBackupCheck(program: Command): void {
  program
    .command('backup:check')
    .description('looks whether a restored database is whole')
    .option('--sample <number>', 'documents of each kind that are looked at', howMany, sampled)
    .option('--all', 'look at all of them')
    .addHelpText('after', help)
    .action(check);
}

async function check({ sample, all }: { sample: number; all?: boolean }): Promise<void> {
  const size = all ? undefined : sample;
  await onDatabase(async (connection) => {
    for (const look of [checkIndexes, checkLog, checkReferences])
      for await (const { what, looked, wrong } of look(connection, size)) {
        const examples = wrong.slice(0, 3).join('; ');
        say(
          wrong.length === 0
            ? `ok    ${what} (${looked})`
            : `fail  ${what}: ${wrong.length} of ${looked}, such as ${examples}`,
        );
        if (wrong.length > 0) process.exitCode = 1;
      }
  });
}

function howMany(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('It takes a whole number above 0.');
}
