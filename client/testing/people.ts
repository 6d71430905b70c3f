import { Refusal } from '../../src/contract/errors.js';
import type { request, view } from '../../src/contract/index.js';
import { limits } from '../../src/contract/limits.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { Account, Actor, World } from './world.js';

/** Throws EMAIL_TAKEN. */
export function addAccount(world: World, { email, password, nickname }: request.SignUp): Account {
  if (Object.values(world.state.accounts).some((one) => one.email === email))
    throw new Refusal('EMAIL_TAKEN');
  const id = world.nextId('user');
  const added: Account = {
    id,
    nickname,
    email,
    password,
    emailVerified: false,
    mustVerifyEmail: false,
    createdAt: world.now().toISOString(),
    temperature: tradeLimits.newcomerDegrees,
  };
  world.state.accounts[id] = added;
  return added;
}

export function presentMe({ password: _password, ...me }: Account): view.Me {
  return me;
}

/** Throws NOT_FOUND. */
export function presentUser(world: World, userId: string): view.User {
  const account = world.state.accounts[userId];
  if (!account) throw new Refusal('NOT_FOUND', 'No such person');
  const { id, nickname, createdAt, temperature } = account;
  return { id, nickname, createdAt, temperature };
}

/** The same, but also refused when a block hides the person. */
export function mustSeeUser(world: World, actor: Actor, userId: string): view.User {
  if (world.apartFrom(actor.userId).has(userId)) throw new Refusal('NOT_FOUND', 'No such person');
  return presentUser(world, userId);
}

/** Issues a token, of a new session unless one is given. */
export function issueToken(world: World, userId: string, session?: string) {
  const sessionId = session ?? world.nextId('session');
  const token = world.nextId('token');
  world.tokens.set(token, { userId, sessionId, expired: false });
  return { token, sessionId };
}

export function signIn(world: World, userId: string, session?: string): view.SignedIn {
  const { token, sessionId } = issueToken(world, userId, session);
  return {
    user: presentMe(world.state.accounts[userId]!),
    accessToken: token,
    refreshToken: `refresh-${sessionId}`,
    expiresIn: limits.accessTokenSeconds,
  };
}

/** Throws UNAUTHENTICATED. */
export function logIn(world: World, given: request.LogIn): view.SignedIn {
  const account = Object.values(world.state.accounts).find(({ email }) => email === given.email);
  if (!account || account.password !== given.password) throw new Refusal('UNAUTHENTICATED');
  return signIn(world, account.id);
}

/** Throws UNAUTHENTICATED, SESSION_REVOKED. */
export function refresh(world: World, { refreshToken }: request.Refresh): view.SignedIn {
  const isOf = ({ sessionId }: { sessionId: string }) => refreshToken === `refresh-${sessionId}`;
  const session = [...world.tokens.values()].find(isOf);
  if (!session) throw new Refusal('UNAUTHENTICATED');
  if (world.endedSessions.has(session.sessionId)) throw new Refusal('SESSION_REVOKED');
  return signIn(world, session.userId, session.sessionId);
}

/** Throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED. */
export function identify(world: World, token: string | undefined): Actor {
  const known = token === undefined ? undefined : world.tokens.get(token);
  if (!known) throw new Refusal('UNAUTHENTICATED');
  if (known.expired) throw new Refusal('TOKEN_EXPIRED');
  if (world.endedSessions.has(known.sessionId)) throw new Refusal('SESSION_REVOKED');
  return { userId: known.userId, sessionId: known.sessionId };
}

/** The same for a socket. Also throws PROTOCOL_UNSUPPORTED; an unreachable gateway throws another error. */
export function admit(world: World, auth: Record<string, unknown>): Actor {
  if (!world.reachable) throw new Error('the mock gateway is out of reach');
  world.faults.mustNotRefuse('connection');
  // Null counts as left out, and digits count as a number.
  if (Number(auth.protocol || 1) !== 1) throw new Refusal('PROTOCOL_UNSUPPORTED');
  return identify(world, typeof auth.token === 'string' ? auth.token : undefined);
}

/** Throws UNAUTHENTICATED for a token of another session, and what {@link identify} throws. */
export function renewSession(world: World, actor: Actor, { token }: request.SessionRefresh) {
  if (identify(world, token).sessionId !== actor.sessionId)
    throw new Refusal('UNAUTHENTICATED', 'The token is of another session');
  const expiresAt = world.now().getTime() + limits.accessTokenSeconds * 1_000;
  return { expiresAt: new Date(expiresAt).toISOString() };
}
