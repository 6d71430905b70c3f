import { Refusal } from '../../src/contract/errors.js';
import { protocol } from '../../src/contract/events.js';
import { limits } from '../../src/contract/limits.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { Me, SignUp, SignedIn } from '../contract-types.js';
import type { Account, Caller, Events, Routes, Session, World } from './world.js';

/** Throws EMAIL_TAKEN. */
export function addAccount(world: World, given: SignUp): Account {
  if (accountOf(world, given.email)) throw new Refusal('EMAIL_TAKEN');
  const added: Account = {
    ...given,
    id: world.nextId('user'),
    emailVerified: false,
    mustVerifyEmail: false,
    neighbourhood: null,
    mustProveNeighbourhood: false,
    createdAt: world.now().toISOString(),
    temperature: tradeLimits.newcomerDegrees,
  };
  world.state.accounts[added.id] = added;
  return added;
}

export const accountOf = (world: World, email: string): Account | undefined =>
  Object.values(world.state.accounts).find((one) => one.email === email);

export function presentMe(world: World, userId: string): Me {
  const { password: _password, ...me } = world.state.accounts[userId]!;
  return me;
}

/** Throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED. */
export function identify(world: World, token: unknown): Caller {
  const known = world.tokens.get(token);
  if (!known) throw new Refusal('UNAUTHENTICATED');
  if (known.expired) throw new Refusal('TOKEN_EXPIRED');
  world.mustBeFree(known.session.userId);
  if (known.session.ended) throw new Refusal('SESSION_REVOKED');
  return { world, userId: known.session.userId, sessionId: known.session.id };
}

/** The same for a socket. Also throws PROTOCOL_UNSUPPORTED; an unreachable gateway throws another error. */
export function admit(world: World, auth: Record<string, unknown>): Caller {
  if (!world.network.reachable) throw new Error('the mock gateway is out of reach');
  world.network.mustNotRefuse('connection');
  // Null counts as left out, and digits count as a number.
  if (Number(auth.protocol || protocol) !== protocol) throw new Refusal('PROTOCOL_UNSUPPORTED');
  return identify(world, auth.token);
}

const signIn = (world: World, session: Session): SignedIn => ({
  user: presentMe(world, session.userId),
  accessToken: world.issueToken(session),
  refreshToken: `refresh-${session.id}`,
  expiresIn: limits.accessTokenSeconds,
});

export const sessionEvents = {
  'session:refresh': ({ world, sessionId }, { token }) => {
    if (identify(world, token).sessionId !== sessionId)
      throw new Refusal('UNAUTHENTICATED', 'The token is of another session');
    const expiresAt = world.now().getTime() + limits.accessTokenSeconds * 1_000;
    return { expiresAt: new Date(expiresAt).toISOString() };
  },
} satisfies Partial<Events>;

export const sessionRoutes: Routes = {
  signUp: ({ world }, given) => signIn(world, world.openSession(addAccount(world, given).id)),

  logIn: ({ world }, { email, password }) => {
    const account = accountOf(world, email);
    if (account?.password !== password) throw new Refusal('UNAUTHENTICATED');
    world.mustBeFree(account.id);
    return signIn(world, world.openSession(account.id));
  },

  refresh: ({ world }, { refreshToken }) => {
    const session = world.sessions.get(refreshToken.replace(/^refresh-/, ''));
    if (!session) throw new Refusal('UNAUTHENTICATED');
    world.mustBeFree(session.userId);
    if (session.ended) throw new Refusal('SESSION_REVOKED');
    return signIn(world, session);
  },

  logOut: ({ world, sessionId }) => world.end([world.sessions.get(sessionId)!]),

  logOutAll: ({ world, userId }) => world.end(world.sessionsOf(userId)),

  listSessions: ({ world, userId, sessionId }) => {
    const at = world.now().toISOString();
    const seen = { userAgent: null, createdAt: at, lastUsedAt: at };
    return world.sessionsOf(userId).map(({ id }) => ({ id, current: id === sessionId, ...seen }));
  },

  endSession: ({ world, userId }, { id }) => {
    const session = world.sessionsOf(userId).find((one) => one.id === id);
    if (!session) throw new Refusal('NOT_FOUND');
    world.end([session]);
  },

  getMe: ({ world, userId }) => presentMe(world, userId),
};
