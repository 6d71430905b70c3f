import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { lineOf } from '../../src/contract/text.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { Me, Profile, SignedIn, User } from '../contract-types.js';
import { checkText } from './check.js';
import { mannerIn } from './manner.js';
import type { Account, Actor, World } from './world.js';

export function addAccount(
  world: World,
  account: { email: string; password: string; nickname: string },
): Account {
  const taken = Object.values(world.state.accounts).some(({ email }) => email === account.email);
  if (taken) throw new Refusal('EMAIL_TAKEN');
  const id = world.nextId('user');
  const added: Account = {
    id,
    nickname: checkText(account.nickname, 'nickname', limits.nicknameLength, lineOf),
    createdAt: world.now().toISOString(),
    email: account.email,
    temperature: tradeLimits.newcomerDegrees,
    emailVerified: false,
    mustVerifyEmail: false,
    password: account.password,
  };
  world.state.accounts[id] = added;
  return added;
}

export function presentMe({ password: _password, ...me }: Account): Me {
  return me;
}

export function presentUser(world: World, userId: string): User {
  const account = world.state.accounts[userId];
  if (!account) throw new Refusal('NOT_FOUND', 'No such person');
  const { id, nickname, createdAt, temperature } = account;
  return { id, nickname, createdAt, temperature };
}

/** Throws NOT_FOUND, also when a block stands before the person. */
export function presentProfile(world: World, actor: Actor, userId: string): Profile {
  if (apartFrom(world, actor.userId).has(userId)) throw new Refusal('NOT_FOUND', 'No such person');
  return { ...presentUser(world, userId), manner: mannerIn(world, userId) };
}

/** Those whom a block keeps apart from a person, whoever made it. */
export const apartFrom = (world: World, userId: string): Set<string> =>
  new Set(
    world.state.blocks.flatMap((one) => {
      if (one.by === userId) return [one.userId];
      return one.userId === userId ? [one.by] : [];
    }),
  );

/** A new token; of a new session unless one is given. */
export function issueToken(
  world: World,
  userId: string,
  session?: string,
): { token: string; sessionId: string } {
  const sessionId = session ?? world.nextId('session');
  const token = world.nextId('token');
  world.tokens.set(token, { userId, sessionId, expired: false });
  return { token, sessionId };
}

export function signIn(world: World, userId: string, session?: string): SignedIn {
  const { token, sessionId } = issueToken(world, userId, session);
  return {
    user: presentMe(world.state.accounts[userId]!),
    accessToken: token,
    refreshToken: `refresh-${sessionId}`,
    expiresIn: limits.accessTokenSeconds,
  };
}

export function logIn(world: World, given: { email: string; password: string }): SignedIn {
  const account = Object.values(world.state.accounts).find(({ email }) => email === given.email);
  if (!account || account.password !== given.password) throw new Refusal('UNAUTHENTICATED');
  return signIn(world, account.id);
}

export function refresh(world: World, refreshToken: string): SignedIn {
  const session = [...world.tokens.values()].find(
    ({ sessionId }) => refreshToken === `refresh-${sessionId}`,
  );
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
