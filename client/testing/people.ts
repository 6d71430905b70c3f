import { protocol } from '../../src/contract/events.js';
import { Refusal } from '../../src/contract/errors.js';
import { limits } from '../../src/contract/limits.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import { leftNotice } from '../../src/domain/notices.js';
import type { Block, Me, SignUp, SignedIn } from '../contract-types.js';
import { closeOffers } from './offers.js';
import { allTalks, ownTalk, type Talk } from './talk.js';
import type { Account, Caller, Event, Route, World } from './world.js';

/** Throws EMAIL_TAKEN. */
export function addAccount(world: World, given: SignUp): Account {
  if (Object.values(world.state.accounts).some(({ email }) => email === given.email))
    throw new Refusal('EMAIL_TAKEN');
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

export const getMe = ({ world, userId }: Caller): Me => {
  const { password: _password, ...me } = world.state.accounts[userId]!;
  return me;
};

/** Issues a token, of a new session unless one is given. */
export function issueToken(world: World, userId: string, sessionId = world.nextId('session')) {
  const token = world.nextId('token');
  world.tokens.set(token, { userId, sessionId, expired: false });
  return { token, sessionId };
}

function signIn(world: World, userId: string, session?: string): SignedIn {
  const { token, sessionId } = issueToken(world, userId, session);
  return {
    user: getMe({ world, userId, sessionId }),
    accessToken: token,
    refreshToken: `refresh-${sessionId}`,
    expiresIn: limits.accessTokenSeconds,
  };
}

export const signUp: Route<'signUp'> = ({ world }, given) =>
  signIn(world, addAccount(world, given).id);

export const logIn: Route<'logIn'> = ({ world }, { email, password }) => {
  const account = Object.values(world.state.accounts).find((one) => one.email === email);
  if (account?.password !== password) throw new Refusal('UNAUTHENTICATED');
  world.mustBeFree(account.id);
  return signIn(world, account.id);
};

export const refresh: Route<'refresh'> = ({ world }, { refreshToken }) => {
  const all = [...world.tokens.values()];
  const session = all.find(({ sessionId }) => refreshToken === `refresh-${sessionId}`);
  if (!session) throw new Refusal('UNAUTHENTICATED');
  world.mustBeFree(session.userId);
  if (world.endedSessions.has(session.sessionId)) throw new Refusal('SESSION_REVOKED');
  return signIn(world, session.userId, session.sessionId);
};

/** Throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED. */
export function identify(world: World, token: unknown): Caller {
  const known = typeof token === 'string' ? world.tokens.get(token) : undefined;
  if (!known) throw new Refusal('UNAUTHENTICATED');
  if (known.expired) throw new Refusal('TOKEN_EXPIRED');
  world.mustBeFree(known.userId);
  if (world.endedSessions.has(known.sessionId)) throw new Refusal('SESSION_REVOKED');
  return { world, userId: known.userId, sessionId: known.sessionId };
}

/** The same for a socket. Also throws PROTOCOL_UNSUPPORTED; an unreachable gateway throws another error. */
export function admit(world: World, auth: Record<string, unknown>): Caller {
  if (!world.network.reachable) throw new Error('the mock gateway is out of reach');
  world.network.mustNotRefuse('connection');
  // Null counts as left out, and digits count as a number.
  if (Number(auth.protocol || protocol) !== protocol) throw new Refusal('PROTOCOL_UNSUPPORTED');
  return identify(world, auth.token);
}

export const renewSession: Event<'session:refresh'> = ({ world, sessionId }, { token }) => {
  if (identify(world, token).sessionId !== sessionId)
    throw new Refusal('UNAUTHENTICATED', 'The token is of another session');
  const expiresAt = world.now().getTime() + limits.accessTokenSeconds * 1_000;
  return { expiresAt: new Date(expiresAt).toISOString() };
};

/** Tells this socket from now on when these people come and go. */
export const watch: Event<'presence:watch'> = ({ world, userId, socketId }, { userIds }) => {
  for (const id of userIds) world.sockets.get(socketId)?.watching.add(id);
  return { presences: userIds.map((id) => world.presenceOf(userId, id)) };
};

export const unwatch: Event<'presence:unwatch'> = ({ world, socketId }, { userIds }) => {
  for (const id of userIds) world.sockets.get(socketId)?.watching.delete(id);
  return { presences: [] };
};

/** Closes open offers and says so in the log, unless nothing was ever said in it. A repeat is no error. */
export const leave: Route<'leaveConversation'> = (me, { id }) => leaveTalk(me, ownTalk(me, id));

export function leaveTalk(me: Caller, talk: Talk): void {
  const { world, userId } = me;
  const { id } = talk;
  if (talk.hasLeft(userId)) return;
  const at = world.now();
  talk.stored.leftBy.push({ userId, at });
  talk.touch();
  closeOffers(me, (offer) => offer.conversationId === id);
  if (talk.entries.length > 0) talk.append(leftNotice(id, userId, at));
  talk.announce();
}

/** Newest first. */
export const listBlocks = ({ world, userId }: Caller): Block[] =>
  world.state.blocks
    .filter(({ by }) => by === userId)
    .map(({ userId: id, createdAt }) => ({ user: world.user(id), createdAt }))
    .reverse();

/** Closes the conversations of the two both ways, and their offers; nobody is told why. */
export const block: Route<'blockUser'> = (me, { userId }) => {
  const { world, userId: by } = me;
  if (userId === by) throw new Refusal('FORBIDDEN', 'That is you');
  if (!world.state.accounts[userId]) throw new Refusal('NOT_FOUND', 'No such person');
  const user = world.user(userId);
  const known = world.state.blocks.find((one) => one.by === by && one.userId === userId);
  if (known) return { user, createdAt: known.createdAt };
  const createdAt = world.now().toISOString();
  world.state.blocks.push({ by, userId, createdAt });
  announceBetween(world, by, userId);
  closeOffers(me, (offer) => offer.has(by) && offer.has(userId));
  return { user, createdAt };
};

export const unblock: Route<'unblockUser'> = ({ world, userId: by }, { userId }) => {
  const others = world.state.blocks.filter((one) => one.by !== by || one.userId !== userId);
  if (others.length === world.state.blocks.length) return;
  world.state.blocks = others;
  announceBetween(world, by, userId);
};

function announceBetween(world: World, one: string, other: string): void {
  for (const talk of allTalks(world)) if (talk.has(one) && talk.has(other)) talk.announce();
}
