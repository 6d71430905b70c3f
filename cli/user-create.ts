import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Option, type Command } from 'commander';
import { Refusal, request, tradeLimits, view } from '../src/contract/index.js';
import { AuditStore } from '../src/moderation/audit.store.js';
import { createAudit } from '../src/moderation/audit.js';
import { systemClock } from '../src/platform/clock.js';
import { newId } from '../src/platform/ids.js';
import { Passwords } from '../src/users/passwords.js';
import { User } from '../src/users/user.js';
import { UserStore } from '../src/users/user.store.js';
import { CommandProblem } from './command-problem.js';
import { onDatabase } from './database.js';
import { remark, say } from './output.js';

const help = `
Reads MONGODB_URI. The e-mail address counts as confirmed. Without --password-stdin a password is made and printed, once.
Prints the id of the account.

Examples:
  haggle user:create --email ops@example.com --nickname ops --admin       for the first admin
  haggle user:create --email mod@example.com --nickname mod --role moderator --password-stdin < password.txt`;

interface Options {
  email: string;
  nickname: string;
  admin?: boolean;
  role?: view.Role;
  passwordStdin?: boolean;
}

export function addUserCreate(program: Command): void {
  program
    .command('user:create')
    .description('makes an account, also one of an admin, operator or moderator')
    .requiredOption('--email <address>', 'what they sign in with')
    .requiredOption('--nickname <name>', 'what others see')
    .addOption(new Option('--admin', 'the same as --role admin').conflicts('role'))
    .addOption(new Option('--role <role>', 'what they may do').choices(view.Role.options))
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText('after', help)
    .action(create);
}

async function create(options: Options): Promise<void> {
  const { email, nickname, admin, passwordStdin } = options;
  const role = admin ? 'admin' : options.role;
  const given = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const password = given ?? randomBytes(15).toString('base64url');
  const parsed = request.SignUp.safeParse({ email, nickname, password });
  if (!parsed.success)
    throw new CommandProblem(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    );
  const input = parsed.data;
  const passwordHash = await new Passwords().hash(input.password, 'command line');
  const now = systemClock();
  const user = new User({
    id: newId(),
    email: input.email,
    nickname: input.nickname,
    passwordHash,
    emailVerifiedAt: now,
    createdAt: now,
    version: 1,
    ...(role ? { role } : {}),
  });
  await onDatabase(async (connection) => {
    const users = new UserStore(connection, { caching: 'none' });
    const audit = createAudit({ audit: new AuditStore(connection), users, clock: systemClock });
    const most = tradeLimits.peopleOfRole;
    if (role && (await users.withRole(role, most)).length >= most)
      throw new Refusal('FORBIDDEN', `At most ${most} people are ${role}s`);
    // What is refused anyway stands in no audit trail.
    if (await users.byEmail(input.email)) throw new Refusal('EMAIL_TAKEN');
    if (role) await audit.note('command line', 'setRole', { id: user.id, role });
    await users.add(user);
  }).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'EMAIL_TAKEN')
      throw new CommandProblem(
        `${input.email} has an account already. Give a role to it with: haggle user:role ${input.email} ${role ?? 'admin'}`,
      );
    throw error;
  });
  say(user.id);
  if (given === undefined) remark(`Password, shown this once: ${password}`);
}
