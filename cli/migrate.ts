import { InvalidArgumentError, type Command } from 'commander';
import { migrateDatabase, readMigrations } from '../src/migrations/migrate.js';
import { migrations } from '../src/migrations/migrations.js';
import { CommandProblem } from './command-problem.js';
import { say } from './output.js';
import { setting } from './settings.js';

const help = `
Reads MONGODB_URI. Run it before the gateways and workers of a new version are started: they serve nothing until the
blocking migrations are done. Repeating it does nothing; of several runs at once one works and the others wait.

Examples:
  MONGODB_URI=mongodb://db/haggle?replicaSet=rs0 haggle migrate
  haggle migrate --check     changes nothing; exit code 1 while a migration is missing
  haggle migrate --again 0001-collections-and-indexes     makes an index anew that somebody dropped`;

interface Options {
  check?: boolean;
  blockingOnly?: boolean;
  wait: number;
  again?: string;
}

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('brings the database to this version: collections, indexes, changed documents')
    .option('--check', 'only list the migrations, and which are missing')
    .option('--blocking-only', 'leave out those that gateways and workers do not wait for')
    .option('--wait <seconds>', 'how long to wait for another run', seconds, 300)
    .option('--again <id>', 'run this one although it was done')
    .addHelpText('after', help)
    .action(run);
}

async function run({ check, again, blockingOnly, wait }: Options): Promise<void> {
  const uri = setting('MONGODB_URI');
  if (again !== undefined && !migrations.some(({ id }) => id === again))
    throw new CommandProblem(
      `There is no migration ${again}. "haggle migrate --check" lists them.`,
    );
  if (check) return list(uri);
  const ran = await migrateDatabase(uri, { again, blockingOnly, waitMs: wait * 1_000, say });
  say(ran.length === 0 ? 'Nothing to do: the database is of this version.' : 'Done.');
}

async function list(uri: string): Promise<void> {
  const all = await readMigrations(uri);
  for (const { id, blocking, doneAt } of all)
    say(
      `${doneAt ? `done ${doneAt.toISOString()}` : 'missing                      '}  ${blocking ? 'blocking    ' : 'not blocking'}  ${id}`,
    );
  if (all.some(({ doneAt }) => !doneAt)) process.exitCode = 1;
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0))
    throw new InvalidArgumentError('It takes a number of seconds.');
  return value;
}
