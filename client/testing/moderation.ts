import { Refusal } from '../../src/contract/errors.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { view } from '../../src/contract/index.js';
import { fieldsOf, presentAudit, type NameOf } from '../../src/domain/audit.js';
import { presentContest, standingAfter } from '../../src/domain/contest.js';
import { isShown, type Entry } from '../../src/domain/entry.js';
import { presentForModerators } from '../../src/domain/listing-view.js';
import { presentMessage } from '../../src/domain/message-view.js';
import {
  isSameDecision,
  mustFit,
  partialityOf,
  presentInQueue,
  sanctionKinds,
  targetKey,
  type Claim,
  type Report,
  type Target,
} from '../../src/domain/report.js';
import {
  isInForce,
  isRepeat,
  presentSanction,
  sanctionOf,
  type Laid,
} from '../../src/domain/sanction.js';
import { present as presentDeal } from './deals.js';
import { moderateListing, present as presentListing } from './listings.js';
import { recompute } from './manner.js';
import { allTalks, talkOf } from './talk.js';
import type { Caller, Routes, World } from './world.js';

/** What moderators do; all of it at once, where the real gateway does some a moment later. */

/** Throws FORBIDDEN. */
export function mustModerate({ world, userId }: Caller): void {
  if (world.state.accounts[userId]?.role !== 'moderator')
    throw new Refusal('FORBIDDEN', 'Only moderators may do this');
}

/** Writes down what a moderator is about to do. */
export function note({ world, userId }: Caller, what: string, input: object): void {
  const at = world.now();
  world.state.audit.push({
    id: world.nextId('audit'),
    at,
    by: userId,
    what,
    input: fieldsOf(input),
  });
}

const alikeOf = (world: World, target: Target) =>
  world.state.reports.filter((one) => targetKey(one) === targetKey(target));

/** Why the caller may not judge the target of this owner; undefined: they may. */
function findPartiality({ world, userId }: Caller, ownerId: string | undefined, target: Target) {
  const hasReported = alikeOf(world, target).some(({ reporterId }) => reporterId === userId);
  return partialityOf(userId, ownerId, hasReported);
}

/** Throws FORBIDDEN. */
function mustBeImpartial(...asked: Parameters<typeof findPartiality>): void {
  const reason = findPartiality(...asked);
  if (reason !== undefined) throw new Refusal('FORBIDDEN', reason);
}

/** Throws NOT_FOUND, also for who is not impartial. */
function mustFind(me: Caller, id: string): Report {
  const found = me.world.state.reports.find((one) => one.id === id);
  if (!found || findPartiality(me, found.userId, found) !== undefined)
    throw new Refusal('NOT_FOUND', 'No such report');
  return found;
}

/** Takes a listing out of sight, or puts it back (`reason` null). Throws NOT_FOUND, FORBIDDEN. */
function moderate(me: Caller, id: string, reason: view.BlindReason | null) {
  const target = { targetType: 'listing', targetId: id } as const;
  mustBeImpartial(me, me.world.get('listings', id)?.sellerId, target);
  return presentForModerators(moderateListing(me, id, reason));
}

const nameIn =
  (world: World): NameOf =>
  (by) =>
    world.state.accounts[by]?.nickname;

function claimOf(world: World, target: Target): Claim | undefined {
  const claim = world.state.claims[targetKey(target)];
  return claim && claim.until > world.now() ? claim : undefined;
}

function present(world: World, report: Report): view.ReportInQueue {
  const ground = { alike: alikeOf(world, report).length, claim: claimOf(world, report) };
  return presentInQueue(report, { ...ground, nameOf: nameIn(world) });
}

function around(entries: Entry[], seq: number): view.Message[] {
  const limit = tradeLimits.messagesAround;
  return shown([
    ...entries.slice(Math.max(0, seq - 1 - limit), seq - 1),
    ...entries.slice(seq, seq + limit),
  ]);
}

const shown = (entries: Entry[]) =>
  entries.filter(isShown).map((entry) => presentMessage(entry, null));

/** Throws CLAIMED. */
function claim({ world, userId }: Caller, target: Target): void {
  const held = claimOf(world, target);
  if (held && held.by !== userId) {
    const retryAfterMs = held.until.getTime() - world.now().getTime();
    throw new Refusal('CLAIMED', 'Another moderator looks at this report', { retryAfterMs });
  }
  const until = new Date(world.now().getTime() + tradeLimits.claimMinutes * 60_000);
  world.state.claims[targetKey(target)] = { by: userId, until };
}

function release({ world, userId }: Caller, target: Target): void {
  if (claimOf(world, target)?.by === userId) delete world.state.claims[targetKey(target)];
}

/** Warns, suspends or bans: sessions end, and of a banned person all listings go out of sight. */
function lay(me: Caller, userId: string, asked: Omit<Laid, 'id'>): void {
  const { world, userId: by } = me;
  if (world.sanctionsOf(userId).some((one) => isRepeat(one, asked, by, world.now()))) return;
  const laid = { ...asked, id: world.nextId('sanction') };
  world.state.sanctions.push(sanctionOf(laid, { userId, by }, world.now()));
  recompute(world, userId);
  if (laid.kind === 'warning') return;
  world.end(world.sessionsOf(userId), 'suspended');
  if (laid.kind !== 'ban') return;
  for (const listing of world.all('listings'))
    if (listing.isSoldBy(userId)) moderateListing(me, listing.id, laid.reason);
}

/** Nobody decides about a deal of their own. Throws NOT_FOUND. */
function mustFindContest({ world, userId }: Caller, dealId: string) {
  const contest = world.state.contests[dealId];
  const deal = world.get('deals', dealId);
  if (!contest || !deal || deal.has(userId))
    throw new Refusal('NOT_FOUND', 'Nobody contests this no-show');
  return { contest, deal };
}

/** Throws NOT_FOUND. */
function mustBeThere({ world }: Caller, userId: string): void {
  if (!world.state.accounts[userId]) throw new Refusal('NOT_FOUND', 'No such person');
}

export const moderationRoutes: Routes = {
  listReports: (me, { state, targetType, reason }) => {
    const { world } = me;
    const found = world.state.reports
      .filter((one) => (one.decision === null) === (state === 'open'))
      .filter((one) => findPartiality(me, one.userId, one) === undefined)
      .filter((one) => targetType === undefined || one.targetType === targetType)
      .filter((one) => reason === undefined || one.reason === reason);
    if (state === 'decided') found.reverse();
    return found.map((one) => ({ id: one.id, ...present(world, one) }));
  },

  getReport: (me, { id }) => {
    const { world } = me;
    const one = mustFind(me, id);
    const { targetType, targetId } = one;
    const listing = targetType === 'listing' ? world.get('listings', targetId) : null;
    const talk = allTalks(world).find(({ entries }) => entries.some((it) => it.id === targetId));
    const entry = talk?.entries.find((it) => it.id === targetId);
    const ids = [targetId, ...alikeOf(world, one).map(({ id: alike }) => alike)];
    return {
      inQueue: present(world, one),
      user: world.user(one.userId),
      reporter: world.user(one.reporterId),
      sanctions: world.sanctionsOf(one.userId).map(presentSanction),
      ...(listing
        ? { listing: presentForModerators(presentListing({ ...me, userId: one.userId }, listing)) }
        : {}),
      ...(talk && entry
        ? { message: presentMessage(entry, null), around: around(talk.entries, entry.seq) }
        : {}),
      trail: world.state.audit
        .filter(({ input }) =>
          input.some(({ field, value }) => field === 'id' && ids.includes(value)),
        )
        .map((act) => presentAudit(act, nameIn(world)))
        .reverse()
        .slice(0, tradeLimits.trailShown),
    };
  },

  claimReport: (me, { id }) => {
    const one = mustFind(me, id);
    claim(me, one);
    return present(me.world, one);
  },
  releaseReport: (me, { id }) => release(me, mustFind(me, id)),

  decideReport: (me, { id, ...input }) => {
    const { world, userId: by } = me;
    const one = mustFind(me, id);
    const decision = { ...input, by };
    if (one.decision) {
      if (!isSameDecision(one.decision, decision))
        throw new Refusal('VERSION_CONFLICT', 'This report was decided otherwise', {
          current: present(world, one),
        });
      return present(world, one);
    }
    mustFit(one, decision);
    claim(me, one);
    for (const alike of alikeOf(world, one))
      if (!alike.decision) Object.assign(alike, { decision, decidedAt: world.now() });
    release(me, one);
    const { verdict, reason, ...more } = input;
    if (verdict === 'blind') moderateListing(me, one.targetId, reason!);
    else if (verdict !== 'dismiss')
      lay(me, one.userId, { ...more, kind: sanctionKinds[verdict], reason: reason! });
    return present(world, one);
  },

  listSanctions: (me, { id }) => {
    if (id === me.userId)
      throw new Refusal('FORBIDDEN', 'Nobody reads what was laid upon themselves');
    mustBeThere(me, id);
    return me.world.sanctionsOf(id).map(presentSanction);
  },
  sanctionUser: (me, { id, kind, reason, ...more }) => {
    const { world } = me;
    mustBeImpartial(me, id, { targetType: 'user', targetId: id });
    mustBeThere(me, id);
    if (kind === 'none' || reason === undefined) {
      const now = world.now();
      for (const one of world.sanctionsOf(id)) if (isInForce(one, now)) one.liftedAt = now;
      recompute(world, id);
    } else lay(me, id, { ...more, kind, reason });
    return world.sanctionsOf(id).map(presentSanction);
  },

  blindListing: (me, { id, reason }) => moderate(me, id, reason),
  unblindListing: (me, { id }) => moderate(me, id, null),

  listContests: ({ world, userId }) =>
    Object.values(world.state.contests)
      .filter((one) => one.state === 'waiting' && !world.get('deals', one.id)?.has(userId))
      .map((one) => ({ id: one.id, ...presentContest(one, world.user(one.userId)) })),

  getContest: (me, { id }) => {
    const { contest, deal } = mustFindContest(me, id);
    const { entries } = talkOf(me.world, deal.conversationId);
    return {
      contest: presentContest(contest, me.world.user(contest.userId)),
      deal: presentDeal({ ...me, userId: contest.userId }, deal),
      messages: shown(entries.slice(-tradeLimits.contestMessages)),
    };
  },

  decideContest: (me, { id, verdict, note: said }) => {
    const { contest } = mustFindContest(me, id);
    const state = standingAfter(verdict);
    if (contest.state === 'waiting') {
      Object.assign(contest, { state, by: me.userId, decidedAt: me.world.now() });
      if (said !== undefined) contest.note = said;
      recompute(me.world, contest.userId);
    }
    const current = presentContest(contest);
    if (contest.state !== state)
      throw new Refusal('VERSION_CONFLICT', 'This contest was decided otherwise', { current });
    return current;
  },
};
