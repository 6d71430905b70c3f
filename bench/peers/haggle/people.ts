import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { SessionStore } from '../../../src/users/session.store.js';
import { Tokens } from '../../../src/users/tokens.js';
import { User } from '../../../src/users/user.js';
import { UserStore } from '../../../src/users/user.store.js';
import { allOf } from './all-of.js';

export interface SignedIn {
  id: string;
  token: string;
}

const hour = 3_600_000;

/**
 * Makes accounts with a session each, as sign-up does. It uses the stores, since hashing hundreds of passwords would
 * take longer than the measurement.
 */
export async function signInMany(
  connection: Connection,
  pem: string,
  count: number,
): Promise<SignedIn[]> {
  const users = new UserStore(connection, { caching: 'none' });
  const sessions = new SessionStore(connection);
  const tokens = new Tokens({ pem, issuer: 'haggle', audience: 'haggle' });
  return allOf(count, async (index) => {
    const now = new Date();
    const [id, sessionId] = [randomUUID(), randomUUID()];
    await users.add(
      new User({
        id,
        email: `${id}@bench.example`,
        nickname: `neighbour ${index}`,
        passwordHash: 'none',
        emailVerifiedAt: now,
        createdAt: now,
      }),
    );
    const expiresAt = new Date(now.getTime() + hour);
    const session = {
      id: sessionId,
      userId: id,
      userAgent: null,
      openedFrom: '',
      renewedFrom: '',
      revokedAt: null,
      createdAt: now,
      lastUsedAt: now,
      expiresAt,
    };
    await sessions.add(session, { refreshHash: 'none' });
    return { id, token: tokens.signAccess({ userId: id, sessionId, rotation: 0 }, now) };
  });
}
