import { Refusal } from '../contract/errors.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { DecideContest, view } from '../contract/index.js';
import type { Deal } from './deal.js';

/** What the accused of a no-show says against it, and what an operator decided. */
export interface Contest {
  /** Of the deal; one contest each. */
  id: string;
  /** The accused. */
  userId: string;
  text: string;
  at: Date;
  state: 'waiting' | 'upheld' | 'overturned';
  decidedAt: Date | null;
  /** The operator. */
  by?: string;
  note?: string;
}

const hourMs = 3_600_000;

/** Until when the no-show of a deal may be contested; null for a deal that ended otherwise. */
const contestUntil = ({ state, endedAt }: Pick<Deal, 'state' | 'endedAt'>): Date | null =>
  state === 'noShow' && endedAt
    ? new Date(endedAt.getTime() + tradeLimits.contestHours * hourMs)
    : null;

/** Whether this person is the one who is said not to have come. */
const isAccused = (deal: Deal, userId: string): boolean =>
  deal.state === 'noShow' && deal.endedBy !== deal.sideOf(userId);

/** Whether this person may contest it now, when nobody did yet. */
export const mayContest = (deal: Deal, userId: string, now: Date): boolean => {
  const until = contestUntil(deal);
  return until !== null && now < until && isAccused(deal, userId);
};

/** Throws FORBIDDEN (there is no no-show, or it was oneself who told of it), EDIT_WINDOW_EXPIRED. */
export function mustBeContestable(deal: Deal, userId: string, now: Date): void {
  if (!isAccused(deal, userId))
    throw new Refusal('FORBIDDEN', 'Only who is said not to have come contests that');
  if (!mayContest(deal, userId, now))
    throw new Refusal(
      'EDIT_WINDOW_EXPIRED',
      `A no-show can be contested for ${tradeLimits.contestHours} hours`,
    );
}

/** How a contest stands once it is decided. */
export const standingAfter = (verdict: DecideContest['verdict']) =>
  verdict === 'uphold' ? 'upheld' : 'overturned';

/** A contest as those see it who decide it. */
export const presentContest = (
  { id, userId, text, at, state, by, note }: Contest,
  user?: view.User,
): view.ContestInQueue => ({
  dealId: id,
  userId,
  ...(user ? { user } : {}),
  text,
  at: at.toISOString(),
  state,
  ...(by === undefined ? {} : { by }),
  ...(note === undefined ? {} : { note }),
});
