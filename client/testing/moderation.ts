import { Refusal, invalid } from '../../src/contract/errors.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import type { view } from '../../src/contract/index.js';
import { isShown, type Entry } from '../../src/domain/entry.js';
import { partialityOf } from '../../src/domain/impartial.js';
import { presentForModerators } from '../../src/domain/listing-view.js';
import { presentMessage } from '../../src/domain/message-view.js';
import { dayMs } from '../../src/domain/temperature.js';
import { present as presentDeal } from './deals.js';
import { moderateListing, present as presentListing } from './listings.js';
import { recompute } from './profiles.js';
import { allTalks, talkOf } from './talk.js';
import type { Caller, Routes, StoredReport, World } from './world.js';

/** What moderators do; all of it at once, where the real gateway does some a moment later. */

/** Throws FORBIDDEN. */
export function mustModerate({ world, userId }: Caller): void {
  if (world.state.accounts[userId]?.role !== 'moderator')
    throw new Refusal('FORBIDDEN', 'This is for moderators');
}

/** Writes down what a moderator is about to do. */
export function note({ world, userId }: Caller, what: string, input: object): void {
  const fields = Object.entries(input).filter(([, value]) => value !== undefined);
  world.state.audit.push({
    id: world.nextId('audit'),
    at: world.now().toISOString(),
    by: userId,
    what,
    input: fields.map(([field, value]) => ({
      field,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  });
}

const targetKey = ({ targetType, targetId }: Target) => `${targetType}:${targetId}`;
const alikeOf = (world: World, { report }: StoredReport) =>
  world.state.reports.filter((one) => targetKey(one.report) === targetKey(report));
const named = (world: World, by: string) => {
  const byName = world.state.accounts[by]?.nickname;
  return { by, ...(byName === undefined ? {} : { byName }) };
};

type Target = Pick<view.Report, 'targetType' | 'targetId'>;

/** Why the caller may not judge the target of this owner; undefined: they may. */
function findPartiality({ world, userId }: Caller, ownerId: string | undefined, target: Target) {
  const hasReported = world.state.reports.some(
    ({ by, report }) => by === userId && targetKey(report) === targetKey(target),
  );
  return partialityOf(userId, ownerId, hasReported);
}

/** Throws FORBIDDEN. */
function mustBeImpartial(...asked: Parameters<typeof findPartiality>): void {
  const reason = findPartiality(...asked);
  if (reason !== undefined) throw new Refusal('FORBIDDEN', reason);
}

/** Throws NOT_FOUND, also for who is not impartial. */
function mustFind(me: Caller, id: string): StoredReport {
  const found = me.world.state.reports.find(({ report }) => report.id === id);
  if (!found || findPartiality(me, found.userId, found.report) !== undefined)
    throw new Refusal('NOT_FOUND', 'No such report');
  return found;
}

/** Takes a listing out of sight, or puts it back (`reason` null). Throws NOT_FOUND, FORBIDDEN. */
function moderate(me: Caller, id: string, reason: view.BlindReason | null) {
  const target = { targetType: 'listing', targetId: id } as const;
  mustBeImpartial(me, me.world.get('listings', id)?.sellerId, target);
  return presentForModerators(moderateListing(me, id, reason));
}

function claimOf(world: World, { report }: StoredReport) {
  const claim = world.state.claims[targetKey(report)];
  return claim && Date.parse(claim.until) > world.now().getTime() ? claim : undefined;
}

function present(world: World, one: StoredReport): view.ReportInQueue {
  const { report, userId, by, decision } = one;
  const claim = claimOf(world, one);
  return {
    report,
    userId,
    reporterId: by,
    alike: alikeOf(world, one).length,
    claim: claim ? { ...named(world, claim.by), until: claim.until } : null,
    decision: decision && { ...decision, ...named(world, decision.by) },
  };
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
function claim({ world, userId }: Caller, one: StoredReport): void {
  const held = claimOf(world, one);
  if (held && held.by !== userId) {
    const retryAfterMs = Date.parse(held.until) - world.now().getTime();
    throw new Refusal('CLAIMED', 'Somebody else looks at it', { retryAfterMs });
  }
  const until = new Date(world.now().getTime() + tradeLimits.claimMinutes * 60_000).toISOString();
  world.state.claims[targetKey(one.report)] = { by: userId, until };
}

function release({ world, userId }: Caller, one: StoredReport): void {
  if (claimOf(world, one)?.by === userId) delete world.state.claims[targetKey(one.report)];
}

const kinds = { warn: 'warning', suspend: 'suspension', ban: 'ban' } as const;

const sanctionsOf = (world: World, userId: string): view.Sanction[] =>
  world.state.sanctions.filter((one) => one.userId === userId).reverse();

/** Warns, suspends or bans: sessions end, and of a banned person all listings go out of sight. */
function lay(
  me: Caller,
  userId: string,
  { days, ...laid }: Pick<view.Sanction, 'kind' | 'reason'> & { note?: string; days?: number },
): void {
  const { world } = me;
  const now = world.now();
  world.state.sanctions.push({
    id: world.nextId('sanction'),
    userId,
    ...laid,
    by: me.userId,
    at: now.toISOString(),
    ...(days === undefined ? {} : { until: new Date(now.getTime() + days * dayMs).toISOString() }),
  });
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
  if (!contest || !deal || deal.has(userId)) throw new Refusal('NOT_FOUND', 'Nobody contests this');
  return { contest, deal };
}

function presentContest(world: World, dealId: string): view.ContestInQueue {
  const { userId, text, at, state, by, note: said } = world.state.contests[dealId]!;
  return {
    dealId,
    userId,
    user: world.user(userId),
    text,
    at: at.toISOString(),
    state,
    ...(by === undefined ? {} : { by }),
    ...(said === undefined ? {} : { note: said }),
  };
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
      .filter((one) => findPartiality(me, one.userId, one.report) === undefined)
      .filter(({ report }) => targetType === undefined || report.targetType === targetType)
      .filter(({ report }) => reason === undefined || report.reason === reason);
    if (state === 'decided') found.reverse();
    return found.map((one) => ({ id: one.report.id, ...present(world, one) }));
  },

  getReport: (me, { id }) => {
    const { world } = me;
    const one = mustFind(me, id);
    const { targetType, targetId } = one.report;
    const listing = targetType === 'listing' ? world.get('listings', targetId) : null;
    const talk = allTalks(world).find(({ entries }) => entries.some((it) => it.id === targetId));
    const entry = talk?.entries.find((it) => it.id === targetId);
    const ids = [targetId, ...alikeOf(world, one).map(({ report }) => report.id)];
    return {
      inQueue: present(world, one),
      user: world.user(one.userId),
      reporter: world.user(one.by),
      sanctions: sanctionsOf(world, one.userId),
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
        .map((act) => ({ ...act, ...named(world, act.by ?? '') }))
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

  decideReport: (me, { id, verdict, reason, days, note: said }) => {
    const { world } = me;
    const one = mustFind(me, id);
    if (one.decision) {
      const { decision } = one;
      if (decision.verdict !== verdict || decision.reason !== reason || decision.days !== days)
        throw new Refusal('VERSION_CONFLICT', 'It is decided', { current: present(world, one) });
      return present(world, one);
    }
    if (verdict === 'blind' && one.report.targetType !== 'listing')
      throw invalid('verdict', 'is for listings only');
    claim(me, one);
    const more = {
      ...(reason === undefined ? {} : { reason }),
      ...(days === undefined ? {} : { days }),
      ...(said === undefined ? {} : { note: said }),
    };
    const decision = { verdict, ...more, by: me.userId, at: world.now().toISOString() };
    for (const alike of alikeOf(world, one)) alike.decision ??= decision;
    release(me, one);
    if (verdict === 'blind') moderateListing(me, one.report.targetId, reason!);
    else if (verdict !== 'dismiss')
      lay(me, one.userId, { kind: kinds[verdict], ...more, reason: reason! });
    return present(world, one);
  },

  listSanctions: (me, { id }) => {
    if (id === me.userId) throw new Refusal('FORBIDDEN', 'This is you');
    mustBeThere(me, id);
    return sanctionsOf(me.world, id);
  },
  sanctionUser: (me, { id, kind, reason, days, note: said }) => {
    const { world } = me;
    mustBeImpartial(me, id, { targetType: 'user', targetId: id });
    mustBeThere(me, id);
    if (kind === 'none' || reason === undefined) {
      const liftedAt = world.now().toISOString();
      for (const one of world.state.sanctions) if (one.userId === id) one.liftedAt ??= liftedAt;
      recompute(world, id);
    } else {
      const more = {
        ...(days === undefined ? {} : { days }),
        ...(said === undefined ? {} : { note: said }),
      };
      lay(me, id, { kind, reason, ...more });
    }
    return sanctionsOf(world, id);
  },

  blindListing: (me, { id, reason }) => moderate(me, id, reason),
  unblindListing: (me, { id }) => moderate(me, id, null),

  listContests: ({ world, userId }) =>
    Object.values(world.state.contests)
      .filter((one) => one.state === 'waiting' && !world.get('deals', one.id)?.has(userId))
      .map(({ id }) => ({ id, ...presentContest(world, id) })),

  getContest: (me, { id }) => {
    const { contest, deal } = mustFindContest(me, id);
    const { entries } = talkOf(me.world, deal.conversationId);
    return {
      contest: presentContest(me.world, id),
      deal: presentDeal({ ...me, userId: contest.userId }, deal),
      messages: shown(entries.slice(-tradeLimits.contestMessages)),
    };
  },

  decideContest: (me, { id, verdict, note: said }) => {
    const { contest } = mustFindContest(me, id);
    const state = verdict === 'uphold' ? 'upheld' : 'overturned';
    if (contest.state === 'waiting') {
      Object.assign(contest, { state, by: me.userId, decidedAt: me.world.now() });
      if (said !== undefined) contest.note = said;
      recompute(me.world, contest.userId);
    }
    const current = presentContest(me.world, id);
    if (contest.state !== state)
      throw new Refusal('VERSION_CONFLICT', 'It is decided', { current });
    return current;
  },
};
