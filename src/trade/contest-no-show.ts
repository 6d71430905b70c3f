import {
  Refusal,
  tradeLimits,
  type DecideContest,
  type request,
  type view,
} from '../contract/index.js';
import {
  mustBeContestable,
  presentContest,
  standingAfter,
  type Contest,
} from '../domain/contest.js';
import { isShown } from '../domain/entry.js';
import { presentMessage } from '../domain/message-view.js';
import { mustBeSideOfDeal } from '../domain/trade-access.js';
import type { Actor } from '../platform/actor.js';
import { readPage } from '../platform/pages.js';
import { presentPeople } from '../users/index.js';
import { presentDeal } from './deal.presenter.js';
import { recomputeManner } from './recompute-manner.js';
import type { TradeContext } from './trade-context.js';

/**
 * The accused of a no-show says what was. A repeat, or another wording, is the first one. Throws NOT_FOUND, FORBIDDEN,
 * EDIT_WINDOW_EXPIRED.
 */
export const createContestNoShow =
  (trade: TradeContext) =>
  async (actor: Actor, dealId: string, { text }: request.ContestNoShow): Promise<view.Deal> => {
    const { userId } = actor;
    const now = trade.clock();
    const deal = await trade.deals.get(dealId);
    mustBeSideOfDeal(deal, userId);
    const known = (await trade.contests.of([dealId])).get(dealId);
    if (known?.userId !== userId) {
      mustBeContestable(deal, userId, now);
      await trade.contests.add({
        id: dealId,
        userId,
        text,
        at: now,
        state: 'waiting',
        decidedAt: null,
      });
    }
    return presentDeal(trade, deal, userId, now);
  };

/** What operators and moderators do about contests; `by` is who does it. */
export const createDecideContests = (trade: TradeContext) => ({
  async list(by: string, query: { limit: number; cursor?: string | undefined }) {
    const { shown, nextCursor } = await readPage(
      ['contests', by],
      query,
      (after, limit) => trade.contests.waiting(by, limit, after),
      ({ at, id }) => [at.getTime(), id],
    );
    const deals = await trade.deals.getMany(shown.map(({ id }) => id));
    const others = shown.filter(({ id }) => !deals.get(id)?.has(by));
    const ids = others.map(({ userId }) => userId);
    const person = await presentPeople(trade.users, ids);
    const items = others.map((one) => presentContest(one, person(one.userId)));
    return { items, nextCursor };
  },

  /** Throws NOT_FOUND. */
  async get(by: string, dealId: string): Promise<view.ContestedNoShow> {
    const { contest, deal } = await mustFindContest(trade, by, dealId);
    const { userId } = contest;
    const last = await trade.messages.before(
      deal.conversationId,
      null,
      tradeLimits.contestMessages,
    );
    const person = await presentPeople(trade.users, [userId]);
    return {
      contest: presentContest(contest, person(userId)),
      deal: await presentDeal(trade, deal, userId, trade.clock()),
      messages: last
        .reverse()
        .filter(isShown)
        .map((entry) => presentMessage(entry, null)),
    };
  },

  /**
   * What is overturned counts no more against the accused. The same verdict again finishes what the first left undone.
   * Throws NOT_FOUND, VERSION_CONFLICT (it was decided otherwise).
   */
  async decide(
    by: string,
    dealId: string,
    { verdict, note }: DecideContest,
  ): Promise<view.ContestInQueue> {
    await mustFindContest(trade, by, dealId);
    const state = standingAfter(verdict);
    const said = note === undefined ? {} : { note };
    const decided =
      (await trade.contests.decide(dealId, { state, by, ...said, decidedAt: trade.clock() })) ??
      (await trade.contests.of([dealId])).get(dealId);
    if (!decided) throw new Refusal('NOT_FOUND', 'Nobody contests this no-show');
    if (decided.state !== state)
      throw new Refusal('VERSION_CONFLICT', 'This contest was decided otherwise', {
        current: presentContest(decided),
      });
    await recomputeManner(trade, decided.userId);
    return presentContest(decided);
  },
});

/** Nobody decides about a deal of their own. Throws NOT_FOUND. */
async function mustFindContest(trade: TradeContext, by: string, dealId: string) {
  const [contests, deal] = await Promise.all([
    trade.contests.of([dealId]),
    trade.deals.get(dealId),
  ]);
  const contest = contests.get(dealId);
  if (!contest || !deal || deal.has(by))
    throw new Refusal('NOT_FOUND', 'Nobody contests this no-show');
  return { contest, deal };
}

/** The contest as the accused knows it; who decided, and what operators wrote about it, is not theirs to know. */
export const presentOwnContest = (contest: Contest) => {
  const { by: _by, note: _note, ...own } = presentContest(contest);
  return own;
};
