import { Argument, type Command } from 'commander';
import { view } from '../src/contract/index.js';
import { AuditStore } from '../src/moderation/audit.store.js';
import { createAudit } from '../src/moderation/audit.js';
import { createRoles } from '../src/moderation/roles.js';
import { systemClock } from '../src/platform/clock.js';
import { SecondFactorStore } from '../src/users/second-factor.store.js';
import { UserStore } from '../src/users/user.store.js';
import { onDatabase } from './database.js';
import { findPerson } from './find-person.js';
import { say } from './output.js';

const roleHelp = `
Reads MONGODB_URI. For when no admin is there, or can sign in: otherwise use the page Accounts of the admin area. It counts
from the person's next click on. Noted in the audit trail.

Example:
  haggle user:role minji@example.com admin`;

const resetHelp = `
Reads MONGODB_URI. For who has lost phone and recovery codes, when no other admin can reset it. Afterwards the password
alone is enough to set up a new one, so know that it is them who ask. Noted in the audit trail.

Example:
  haggle user:reset-second-factor minji@example.com`;

const byWhom = 'command line';

/** What only the page Accounts does otherwise. */
export function addUserRole(program: Command): void {
  program
    .command('user:role')
    .description('gives a person a role in place of the one before, or takes it')
    .argument('<person>', 'e-mail address or id')
    .addArgument(new Argument('<role>', 'what they may do').choices([...view.Role.options, 'none']))
    .addHelpText('after', roleHelp)
    .action((person: string, role: view.Role | 'none') =>
      onPerson(person, async ({ id, note, roles }) => {
        await note('setRole', { id, role });
        await roles.setRole(byWhom, id, { role });
      }),
    );
  program
    .command('user:reset-second-factor')
    .description('takes the second factor of a person away')
    .argument('<person>', 'e-mail address or id')
    .addHelpText('after', resetHelp)
    .action((person: string) =>
      onPerson(person, async ({ id, note, roles }) => {
        await note('resetSecondFactor', { id });
        await roles.resetSecondFactor(byWhom, id);
      }),
    );
}

/** Prints the id of the person to whom it was done. */
async function onPerson(
  person: string,
  act: (on: {
    id: string;
    note: (what: string, input: object) => Promise<void>;
    roles: ReturnType<typeof createRoles>;
  }) => Promise<void>,
): Promise<void> {
  await onDatabase(async (connection) => {
    const users = new UserStore(connection, { caching: 'none' });
    const secondFactors = new SecondFactorStore(connection);
    const audit = createAudit({ audit: new AuditStore(connection), users, clock: systemClock });
    const { id } = await findPerson(users, person);
    await act({
      id,
      note: (what, input) => audit.note(byWhom, what, input),
      roles: createRoles({ users, secondFactors }),
    });
    say(id);
  });
}
