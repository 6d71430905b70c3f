import { accountLimits } from '../../src/contract/account-limits.js';
import { Refusal, invalid } from '../../src/contract/errors.js';
import { presentImage } from '../../src/domain/image.js';
import { presentNeighbourhood, proveNeighbourhood } from '../../src/domain/neighbourhood.js';
import type { AccountExport } from '../contract-types.js';
import { tellDeal } from './deals.js';
import { imageOf, isUsable } from './images.js';
import { removeAll } from './listings.js';
import { leave } from './people.js';
import { accountOf, presentMe } from './sessions.js';
import { allTalks, announceAll } from './talk.js';
import type { Account, Caller, Routes, World } from './world.js';

const ownAccount = ({ world, userId }: Caller): Account => world.state.accounts[userId]!;

/** Throws VALIDATION_FAILED. */
function mustKnowPassword(me: Caller, password: string): void {
  if (ownAccount(me).password !== password) throw invalid('password', 'is wrong');
}

/**
 * Takes the mail that the gateway would have sent, by the token of its link, and voids the other links of its person.
 * Throws UNAUTHENTICATED.
 */
function takeMail(world: World, token: string, kind: 'reset' | 'newEmail') {
  const mail = world.state.mails[token];
  const account = mail && world.state.accounts[mail.userId];
  if (mail?.kind !== kind || !account) throw new Refusal('UNAUTHENTICATED');
  voidMails(world, mail.userId);
  return { email: mail.email, account };
}

/** Another password or address voids the links from before. */
function voidMails({ state: { mails } }: World, userId: string): void {
  for (const [token, mail] of Object.entries(mails))
    if (mail.userId === userId) delete mails[token];
}

/** Shows the person as they are now, to themselves and to those who talk to them. */
function announced({ world, userId }: Caller) {
  announceAll(world, (talk) => talk.has(userId) && !talk.closed);
  return presentMe(world, userId);
}

/** The account alone, where the real gateway has all. */
const fileOf = ({ world, userId }: Caller) => ({
  exportedAt: world.now(),
  account: [presentMe(world, userId)],
});

function presentExport(me: Caller): AccountExport {
  const requestedAt = me.world.state.exports[me.userId];
  if (requestedAt === undefined) throw new Refusal('NOT_FOUND', 'There is no export');
  const expiresAt = new Date(Date.parse(requestedAt) + accountLimits.exportDays * 86_400_000);
  const bytes = JSON.stringify(fileOf(me)).length;
  const until = expiresAt.toISOString();
  return { state: 'ready', requestedAt, readyAt: requestedAt, expiresAt: until, bytes };
}

export const accountRoutes: Routes = {
  /** As of a gateway that asks for none. */
  getSecondFactor: () => ({ since: null, needed: false, shownUntil: null, recoveryCodes: 0 }),
  setNeighbourhood: (me, place) => {
    const proven = proveNeighbourhood(place, me.world.now());
    ownAccount(me).neighbourhood = presentNeighbourhood(proven);
    return presentMe(me.world, me.userId);
  },

  editMe: (me, { nickname }) => {
    const account = ownAccount(me);
    if (nickname === undefined || nickname === account.nickname)
      return presentMe(me.world, me.userId);
    account.nickname = nickname;
    return announced(me);
  },

  setAvatar: (me, { imageId }) => {
    const { images } = me.world.state;
    const usedBy = `avatar:${me.userId}`;
    if (!isUsable(me, imageId, usedBy))
      throw invalid('imageId', 'names an image that cannot be used');
    const account = ownAccount(me);
    if (account.avatar && account.avatar.id !== imageId) delete images[account.avatar.id];
    images[imageId]!.usedBy = usedBy;
    account.avatar = presentImage(imageOf(imageId));
    return announced(me);
  },

  removeAvatar: (me) => {
    const account = ownAccount(me);
    if (!account.avatar) return;
    delete me.world.state.images[account.avatar.id];
    delete account.avatar;
    announced(me);
  },

  askPasswordReset: ({ world }, { email }) => {
    const account = accountOf(world, email);
    if (account) world.state.mails[world.nextId('reset')] = { kind: 'reset', userId: account.id };
  },

  resetPassword: ({ world }, { token, password }) => {
    const { account } = takeMail(world, token, 'reset');
    Object.assign(account, { password, emailVerified: true, mustVerifyEmail: false });
    world.end(world.sessionsOf(account.id));
  },

  changePassword: (me, { password, newPassword }) => {
    const { world, userId, sessionId } = me;
    mustKnowPassword(me, password);
    ownAccount(me).password = newPassword;
    voidMails(world, userId);
    world.end(world.sessionsOf(userId).filter(({ id }) => id !== sessionId));
  },

  changeEmail: (me, { email, password }) => {
    const { world, userId } = me;
    mustKnowPassword(me, password);
    const owner = accountOf(world, email);
    if (owner && owner.id !== userId) throw new Refusal('EMAIL_TAKEN');
    if (!owner) world.state.mails[world.nextId('email')] = { kind: 'newEmail', userId, email };
  },

  /** Of a new address; the mock sends no mail to prove the first one. */
  verifyEmail: ({ world }, { token }) => {
    const { account, email } = takeMail(world, token, 'newEmail');
    Object.assign(account, { email, emailVerified: true });
    return presentMe(world, account.id);
  },

  /** Ready as soon as somebody looks. */
  startExport: ({ world, userId }) => {
    const requestedAt = world.now().toISOString();
    world.state.exports[userId] = requestedAt;
    return { state: 'preparing', requestedAt, readyAt: null, expiresAt: null, bytes: null };
  },

  getExport: presentExport,

  downloadExport: (me) => {
    presentExport(me);
    return fileOf(me);
  },

  /** All at once, where the real gateway needs seconds. */
  deleteAccount: (me, { password }) => {
    const { world, userId } = me;
    mustKnowPassword(me, password);
    delete world.state.accounts[userId];
    world.end(world.sessionsOf(userId));
    world.state.favourites = world.state.favourites.filter((one) => one.by !== userId);
    for (const talk of allTalks(world)) if (talk.has(userId)) leave(me, talk);
    for (const deal of world.all('deals'))
      if (deal.open && deal.has(userId)) tellDeal(me, deal.close(world.now()));
    removeAll(me);
  },
};
