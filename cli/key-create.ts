import { Option, type Command } from 'commander';
import { view } from '../src/contract/index.js';
import { HostKeyStore } from '../src/host/host-key.store.js';
import { createHostKeys } from '../src/host/host-keys.js';
import { AuditStore } from '../src/moderation/audit.store.js';
import { createAudit } from '../src/moderation/audit.js';
import { systemClock } from '../src/platform/clock.js';
import { UserStore } from '../src/users/user.store.js';
import { CommandProblem } from './command-problem.js';
import { onDatabase } from './database.js';
import { remark, say } from './output.js';

const { hostScopes } = view;

const help = `
Reads MONGODB_URI. The key is printed once; only a hash of it is stored. docs/host-app.md says what it is for.

Example:
  haggle key:create --name "app server" --scope users listings`;

export function addKeyCreate(program: Command): void {
  program
    .command('key:create')
    .description('makes a key for a server of the host app')
    .requiredOption('--name <name>', 'what operators call it')
    .addOption(
      new Option('--scope <scopes...>', 'what it is for').choices(hostScopes).makeOptionMandatory(),
    )
    .addHelpText('after', help)
    .action(create);
}

async function create({ name, scope }: { name: string; scope: string[] }): Promise<void> {
  const scopes = view.HostScopes.safeParse(scope);
  if (!scopes.success || name.trim() === '' || name.length > 60)
    throw new CommandProblem('A key has a name of 1 to 60 characters, and each scope once.');
  await onDatabase(async (connection) => {
    const users = new UserStore(connection, { caching: 'none' });
    const audit = createAudit({ audit: new AuditStore(connection), users, clock: systemClock });
    const keys = createHostKeys({ keys: new HostKeyStore(connection), clock: systemClock });
    const input = { name: name.trim(), scopes: scopes.data };
    await audit.note('command line', 'createHostKey', input);
    const made = await keys.create(input);
    say(made.key);
    remark(`Key ${made.id}, shown this once.`);
  });
}
