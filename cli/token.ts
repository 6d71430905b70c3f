import type { Command } from 'commander';
import { limits } from '../src/contract/index.js';
import { systemClock } from '../src/platform/clock.js';
import { newId } from '../src/platform/ids.js';
import { newRefreshToken } from '../src/users/session.js';
import { SessionStore } from '../src/users/session.store.js';
import { Tokens } from '../src/users/tokens.js';
import { UserStore } from '../src/users/user.store.js';
import { CommandProblem } from './command-problem.js';
import { onDatabase } from './database.js';
import { findPerson } from './find-person.js';
import { say } from './output.js';
import { config } from './settings.js';

const help = `
For development: it signs in as anybody without their password, so it works only where HOST is loopback. Beside
"npm start" it needs no settings. The token is good for ${limits.accessTokenSeconds / 60} minutes.

Example:
  curl -H "Authorization: Bearer $(haggle token minji@demo.haggle.example)" http://localhost:3000/v1/me`;

export function addToken(program: Command): void {
  program
    .command('token <person>')
    .description('an access token for a person (e-mail address or id), for development')
    .addHelpText('after', help)
    .action(sign);
}

async function sign(person: string): Promise<void> {
  const { loopback, jwtKeys: pem, jwtIssuer: issuer, jwtAudience: audience } = config();
  if (!loopback)
    throw new CommandProblem(
      'HOST is not loopback: tokens without a password are for development.',
    );
  if (pem === undefined)
    throw new CommandProblem('JWT_KEYS or JWT_KEYS_FILE must be those of the gateway.');
  const tokens = new Tokens({ pem, issuer, audience });
  const now = systemClock();
  await onDatabase(async (connection) => {
    const users = new UserStore(connection, { caching: 'none' });
    const user = await findPerson(users, person);
    const sessionId = newId();
    await new SessionStore(connection).add(
      {
        id: sessionId,
        userId: user.id,
        userAgent: 'haggle token',
        openedFrom: '127.0.0.1',
        renewedFrom: '127.0.0.1',
        createdAt: now,
        lastUsedAt: now,
        expiresAt: new Date(now.getTime() + limits.accessTokenSeconds * 1_000),
        revokedAt: null,
      },
      { refreshHash: newRefreshToken(sessionId).hash },
    );
    say(tokens.signAccess({ userId: user.id, sessionId, rotation: 0 }, now));
  });
}
