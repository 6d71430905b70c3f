import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { Refusal } from '../src/contract/index.js';
import { MigrationsBusy } from '../src/migrations/migrate.js';
import { ConfigError } from '../src/platform/config.js';
import { asUnavailable } from '../src/platform/mongo.js';
import { StartProblem } from '../scripts/start-problem.js';
import { CommandProblem } from './command-problem.js';
import { addBackupCheck } from './backup-check.js';
import { addConfig } from './config.js';
import { addDoctor } from './doctor.js';
import { addKeyCreate } from './key-create.js';
import { addMigrate } from './migrate.js';
import { addQueuesRedrive } from './queues-redrive.js';
import { addSeed } from './seed.js';
import { addToken } from './token.js';
import { addUserCreate } from './user-create.js';
import { addUserRole } from './user-role.js';

const description = `Checks, prepares and repairs a Haggle. Settings come from the environment, as those of a gateway do: docs/operations.md.`;

const commands = [
  addDoctor,
  addConfig,
  addMigrate,
  addBackupCheck,
  addUserCreate,
  addUserRole,
  addKeyCreate,
  addToken,
  addQueuesRedrive,
  addSeed,
];

/** The command line: `haggle <command>`. What a person can mend is one line on standard error, and exit code 1. */
export function start(): void {
  const program = new Command('haggle')
    .description(description)
    .version(versionOf())
    .showHelpAfterError('Use --help to see what there is.');
  for (const add of commands) add(program);
  program.parseAsync().catch((error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  });
}

const forPeople = [CommandProblem, ConfigError, MigrationsBusy, Refusal, StartProblem];

/** A mistake of ours keeps its stack. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (forPeople.some((known) => error instanceof known)) return error.message;
  if (asUnavailable(error) !== error) return `The database cannot be used: ${error.message}`;
  return error.stack ?? error.message;
}

function versionOf(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
