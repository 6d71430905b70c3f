import { Refusal } from '../../src/contract/errors.js';
import type { view } from '../../src/contract/index.js';
import { isShown } from '../../src/domain/entry.js';
import { leftNotice } from '../../src/domain/notices.js';
import { presentReport, targetKey, type Report } from '../../src/domain/report.js';
import { closeOffers } from './offers.js';
import { allTalks, announceAll, ownTalk, type Talk } from './talk.js';
import type { Caller, Choice, Events, Routes, World } from './world.js';

export const peopleEvents = {
  'presence:watch': ({ world, userId, socketId }, { userIds }) => {
    for (const id of userIds) world.sockets.get(socketId)?.watching.add(id);
    return { presences: userIds.map((id) => world.presenceOf(userId, id)) };
  },
  'presence:unwatch': ({ world, socketId }, { userIds }) => {
    for (const id of userIds) world.sockets.get(socketId)?.watching.delete(id);
    return { presences: [] };
  },
} satisfies Partial<Events>;

export const peopleRoutes: Routes = {
  leaveConversation: (me, { id }) => leave(me, ownTalk(me, id)),

  listBlocks: ({ world, userId }) => chosenPeople(world, world.chosen('blocks', userId)),

  /** Closes the conversations of the two both ways, and their offers; nobody is told why. */
  blockUser: (me, { userId }) => {
    const { world, userId: by } = me;
    if (userId === by) throw new Refusal('FORBIDDEN', 'Nobody can block themselves');
    if (!world.state.accounts[userId]) throw new Refusal('NOT_FOUND', 'No such person');
    const isNew = !world.hasChosen('blocks', by, userId);
    const { createdAt } = world.choose('blocks', by, userId);
    if (isNew) {
      announceBetween(world, by, userId);
      closeOffers(me, (offer) => offer.has(by) && offer.has(userId));
    }
    return { user: world.user(userId), createdAt };
  },

  unblockUser: ({ world, userId: by }, { userId }) => {
    if (!world.hasChosen('blocks', by, userId)) return;
    world.unchoose('blocks', by, userId);
    announceBetween(world, by, userId);
  },

  /** Tells the moderators. A second report of the same target is the first one. */
  makeReport: (me, said) => {
    const { world, userId } = me;
    const { reports } = world.state;
    const known = reports.find(
      (one) => one.reporterId === userId && targetKey(one) === targetKey(said),
    );
    if (known) return { ...presentReport(known), duplicate: true };
    const about = whose(me, said.targetType, said.targetId);
    if (about === userId)
      throw new Refusal('FORBIDDEN', 'Nobody can report themselves or what is theirs');
    const made = { id: world.nextId('report'), createdAt: world.now() };
    const waiting = { decidedAt: null, decision: null };
    const report: Report = { ...said, ...made, ...waiting, reporterId: userId, userId: about };
    reports.push(report);
    return presentReport(report);
  },
};

/** The last chosen first. */
export const chosenPeople = (world: World, choices: Choice[]) =>
  choices.map(({ of, createdAt }) => ({ user: world.user(of), createdAt })).reverse();

/** Closes open offers and says so in the log, unless nothing was ever said in it. A repeat is no error. */
export function leave(me: Caller, talk: Talk): void {
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

const announceBetween = (world: World, one: string, other: string): void =>
  announceAll(world, (talk) => talk.has(one) && talk.has(other));

/** The person whom a report is about. Throws NOT_FOUND for what the reporter cannot see. */
function whose({ world, userId }: Caller, type: view.ReportTarget, id: string): string {
  const hidden = (other: string) =>
    world.apartFrom(userId).has(other) && !world.hasChosen('blocks', userId, other);
  if (type === 'user') {
    if (world.state.accounts[id] && !hidden(id)) return id;
  } else if (type === 'listing') {
    const listing = world.get('listings', id);
    if (listing?.isVisibleTo(userId) && !hidden(listing.sellerId)) return listing.sellerId;
  } else {
    const talk = allTalks(world).find(({ entries }) => entries.some((one) => one.id === id));
    const entry = talk?.entries.find((one) => one.id === id);
    if (talk?.has(userId) && entry?.senderId && isShown(entry)) return entry.senderId;
  }
  throw new Refusal('NOT_FOUND', `No such ${type === 'user' ? 'person' : type}`);
}
