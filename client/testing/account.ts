import { accountLimits } from '../../src/contract/account-limits.js';
import { Refusal, invalid } from '../../src/contract/errors.js';
import { presentImage } from '../../src/domain/image.js';
import { presentNeighbourhood, proveNeighbourhood } from '../../src/domain/neighbourhood.js';
import { tellDeal } from './deals.js';
import { imageOf } from './images.js';
import { removeAll } from './listings.js';
import { getMe, leaveTalk } from './people.js';
import { allTalks } from './talk.js';
import type { AccountExport, Session } from '../contract-types.js';
import type { Caller, Route, World } from './world.js';

/** Throws VALIDATION_FAILED. */
function mustKnowPassword({ world, userId }: Caller, password: string): void {
  if (world.state.accounts[userId]!.password !== password) throw invalid('password', 'is wrong');
}

export const setNeighbourhood: Route<'setNeighbourhood'> = (me, place) => {
  const { world, userId } = me;
  world.state.accounts[userId]!.neighbourhood = presentNeighbourhood(
    proveNeighbourhood(place, world.now()),
  );
  return getMe(me);
};

/** The mails that the gateway would have sent, by the token of their link. Each is good once. */
const mailOf = (world: World, token: string) => {
  const mail = world.state.mails[token];
  if (!mail || !world.state.accounts[mail.userId]) throw new Refusal('UNAUTHENTICATED');
  return mail;
};

/** Another password or address voids the links from before. */
function voidMails({ mails }: World['state'], userId: string): void {
  for (const [token, mail] of Object.entries(mails))
    if (mail.userId === userId) delete mails[token];
}

function endOthers({ world, userId, sessionId }: Caller): void {
  for (const session of world.tokens.values())
    if (session.userId === userId && session.sessionId !== sessionId)
      world.endSession(session.sessionId);
}

export const askPasswordReset: Route<'askPasswordReset'> = ({ world }, { email }) => {
  const account = Object.values(world.state.accounts).find((one) => one.email === email);
  if (account) world.state.mails[world.nextId('reset')] = { kind: 'reset', userId: account.id };
};

export const resetPassword: Route<'resetPassword'> = ({ world }, { token, password }) => {
  const { kind, userId } = mailOf(world, token);
  if (kind !== 'reset') throw new Refusal('UNAUTHENTICATED');
  voidMails(world.state, userId);
  const account = world.state.accounts[userId]!;
  Object.assign(account, { password, emailVerified: true, mustVerifyEmail: false });
  endOthers({ world, userId, sessionId: '' });
};

export const changePassword: Route<'changePassword'> = (me, { password, newPassword }) => {
  mustKnowPassword(me, password);
  me.world.state.accounts[me.userId]!.password = newPassword;
  voidMails(me.world.state, me.userId);
  endOthers(me);
};

export const changeEmail: Route<'changeEmail'> = (me, { email, password }) => {
  const { world, userId } = me;
  mustKnowPassword(me, password);
  const owner = Object.values(world.state.accounts).find((one) => one.email === email);
  if (owner && owner.id !== userId) throw new Refusal('EMAIL_TAKEN');
  if (!owner) world.state.mails[world.nextId('email')] = { kind: 'newEmail', userId, email };
};

/** Of a new address; the mock sends no mail to prove the first one. */
export const verifyEmail: Route<'verifyEmail'> = ({ world }, { token }) => {
  const { kind, userId, email } = mailOf(world, token);
  if (kind !== 'newEmail' || email === undefined) throw new Refusal('UNAUTHENTICATED');
  voidMails(world.state, userId);
  Object.assign(world.state.accounts[userId]!, { email, emailVerified: true });
  return getMe({ world, userId, sessionId: '' });
};

export const listSessions = ({ world, userId, sessionId }: Caller) => {
  const own = [...world.tokens.values()].filter((one) => one.userId === userId);
  const open = new Set(own.map((one) => one.sessionId));
  return [...open]
    .filter((id) => !world.endedSessions.has(id))
    .map((id): Session => {
      const at = world.now().toISOString();
      return { id, current: id === sessionId, userAgent: null, createdAt: at, lastUsedAt: at };
    });
};

export const endSession: Route<'endSession'> = (me, { id }) => {
  if (!listSessions(me).some((one) => one.id === id)) throw new Refusal('NOT_FOUND');
  me.world.endSession(id);
};

export const logOutAll: Route<'logOutAll'> = (me) => {
  endOthers({ ...me, sessionId: '' });
};

/** Shows the person as they are now to those who talk to them. */
function announcePerson({ world, userId }: Caller): void {
  for (const talk of allTalks(world)) if (talk.has(userId) && !talk.closed) talk.announce();
}

export const editMe: Route<'editMe'> = (me, { nickname }) => {
  const account = me.world.state.accounts[me.userId]!;
  if (nickname !== undefined && nickname !== account.nickname) {
    account.nickname = nickname;
    announcePerson(me);
  }
  return getMe(me);
};

export const setAvatar: Route<'setAvatar'> = (me, { imageId }) => {
  const { world, userId } = me;
  const [image, usedBy] = [world.state.images[imageId], `avatar:${userId}`];
  if (image?.ownerId !== userId || (image.usedBy ?? usedBy) !== usedBy)
    throw invalid('imageId', 'names an image that cannot be used');
  const account = world.state.accounts[userId]!;
  if (account.avatar && account.avatar.id !== imageId) delete world.state.images[account.avatar.id];
  image.usedBy = usedBy;
  account.avatar = presentImage(imageOf(imageId));
  announcePerson(me);
  return getMe(me);
};

export const removeAvatar: Route<'removeAvatar'> = (me) => {
  const account = me.world.state.accounts[me.userId]!;
  if (!account.avatar) return;
  delete me.world.state.images[account.avatar.id];
  delete account.avatar;
  announcePerson(me);
};

/** Ready as soon as somebody looks. */
export const startExport: Route<'startExport'> = ({ world, userId }) => {
  const requestedAt = world.now().toISOString();
  world.state.exports[userId] = { requestedAt };
  const none = { readyAt: null, expiresAt: null, bytes: null };
  return { state: 'preparing', requestedAt, ...none };
};

export const getExport: Route<'getExport'> = (me): AccountExport => {
  const known = me.world.state.exports[me.userId];
  if (!known) throw new Refusal('NOT_FOUND', 'There is no export');
  const { requestedAt } = known;
  const expiresAt = new Date(Date.parse(requestedAt) + accountLimits.exportDays * 86_400_000);
  const bytes = JSON.stringify(fileOf(me)).length;
  const until = expiresAt.toISOString();
  return { state: 'ready', requestedAt, readyAt: requestedAt, expiresAt: until, bytes };
};

export const downloadExport: Route<'downloadExport'> = (me) => {
  getExport(me, {});
  return fileOf(me);
};

/** The account alone, where the real gateway has all. */
const fileOf = (me: Caller) => ({ exportedAt: me.world.now(), account: [getMe(me)] });

/** All at once, where the real gateway needs seconds. */
export const deleteAccount: Route<'deleteAccount'> = (me, { password }) => {
  const { world, userId } = me;
  mustKnowPassword(me, password);
  delete world.state.accounts[userId];
  endOthers({ ...me, sessionId: '' });
  world.state.favourites = world.state.favourites.filter((one) => one.userId !== userId);
  for (const talk of allTalks(world)) if (talk.has(userId)) leaveTalk(me, talk);
  for (const deal of world.all('deals'))
    if (deal.open && deal.has(userId)) tellDeal(me, deal.close(world.now()));
  removeAll(me);
};
