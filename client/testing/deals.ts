import { Refusal } from '../../src/contract/errors.js';
import { tellingOf } from '../../src/domain/act.js';
import { ending } from '../../src/domain/agreement.js';
import { mustBeContestable } from '../../src/domain/contest.js';
import { entryOf } from '../../src/domain/deal-entry.js';
import type { Deal, Seen } from '../../src/domain/deal.js';
import { dealVerbs, stepBefore, type DealVerb } from '../../src/domain/deal-verbs.js';
import { asLeft, presentDeal } from '../../src/domain/deal-view.js';
import { presentCard } from '../../src/domain/listing-view.js';
import { listingFree, reviewsOpen } from '../../src/domain/notices.js';
import { reviewsUntil, writtenIn } from '../../src/domain/review.js';
import { mustBeSideOfDeal } from '../../src/domain/trade-access.js';
import { recompute } from './manner.js';
import { record } from './offers.js';
import { allTalks, talkOf } from './talk.js';
import type { Caller, Routes, World } from './world.js';

const onDeal =
  <Input extends Seen>(verb: DealVerb<Input>) =>
  (me: Caller, input: Input & { id: string }) => {
    const { world, userId } = me;
    const standing = ownDeal(me, input.id);
    const before = stepBefore(verb, standing, userId, input);
    if (before) return asLeft(present(me, standing.at(before.version)));
    if (verb.arranges) talkOf(world, standing.conversationId).mustBeOpen();
    try {
      const deal = verb.by(standing, userId, input, world.now());
      tellDeal(me, deal);
      return asLeft(present(me, deal, deal.movedAt));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'VERSION_CONFLICT') throw error;
      const current = present(me, standing);
      throw new Refusal(error.code, error.message, { ...error.details, current });
    }
  };

export const dealRoutes: Routes = {
  /** Newest first. */
  listMyDeals: (me, { state, role, conversationId: within }) => {
    const own = me.world
      .all('deals')
      .filter((deal) => (role ? deal[`${role}Id`] === me.userId : deal.has(me.userId)))
      .filter(({ conversationId }) => within === undefined || conversationId === within)
      .map((deal) => present(me, deal))
      .reverse();
    if (state === 'toReview')
      return own
        .filter(({ abilities }) => abilities.review)
        .sort((a, b) => (b.endedAt ?? '').localeCompare(a.endedAt ?? ''));
    return own.filter((deal) => state === 'all' || (deal.state === 'open') === (state === 'open'));
  },
  getDeal: (me, { id }) => present(me, ownDeal(me, id)),
  setAppointment: onDeal(dealVerbs.setAppointment),
  confirmAppointment: onDeal(dealVerbs.confirm),
  completeDeal: onDeal(dealVerbs.complete),
  cancelDeal: onDeal(dealVerbs.cancel),
  reportNoShow: onDeal(dealVerbs.reportNoShow),
  keepDeal: onDeal(dealVerbs.keep),

  /** A repeat, or another wording, is the first one. */
  contestNoShow: (me, { id, text }) => {
    const { world, userId } = me;
    const deal = ownDeal(me, id);
    const at = world.now();
    if (world.state.contests[id]?.userId !== userId) {
      mustBeContestable(deal, userId, at);
      world.state.contests[id] = { id, userId, text, at, state: 'waiting', decidedAt: null };
    }
    return present(me, deal);
  },
};

/** Stores a deal with what its end changes, and tells of its last act and what follows from it. */
export function tellDeal(me: Caller, deal: Deal): void {
  const { world } = me;
  const { id, conversationId, listingId, offerId } = deal;
  const offer = offerId === null ? null : world.get('offers', offerId);
  const after = deal.open ? null : ending(deal, world.get('listings', listingId), offer);
  world.keep('deals', deal);
  if (after) world.keep('listings', after.listing);
  const talk = talkOf(world, conversationId);
  const step = deal.snapshot().steps.at(-1)!;
  const said = entryOf(deal, step);
  if (said) {
    const { draft, origin } = tellingOf('deal', deal, step, said, me);
    talk.append(draft, origin);
  }
  if (!after) return;
  for (const person of [deal.buyerId, deal.sellerId]) recompute(world, person);
  if (deal.freesListing) tellRivals(world, deal);
  const until = reviewsUntil(deal);
  if (until) talk.append(reviewsOpen(conversationId, id, until));
  if (after.offer) record(world, after.offer);
  talk.announce();
}

/** Tells everybody else who asked about the listing that it is on sale again. */
function tellRivals(world: World, { id, listingId, conversationId }: Deal): void {
  for (const talk of allTalks(world)) {
    const isRival = talk.listingId === listingId && talk.id !== conversationId;
    if (!isRival || talk.entries.length === 0 || talk.closed) continue;
    talk.append(listingFree(talk.id, id));
    talk.announce();
  }
}

export function ownDeal({ world, userId }: Caller, id: string): Deal {
  const deal = world.get('deals', id);
  mustBeSideOfDeal(deal, userId);
  return deal;
}

/** A deal as this person, one of the two, sees it. */
export function present({ world, userId }: Caller, deal: Deal, now = world.now()) {
  const { id, listingId, buyerId, sellerId, conversationId } = deal;
  const reviews = world.all('reviews').filter(({ dealId }) => dealId === id);
  return presentDeal(deal, userId, {
    listing: presentCard(listingId, world.get('listings', listingId) ?? undefined),
    buyer: world.user(buyerId),
    seller: world.user(sellerId),
    contest: world.state.contests[id],
    written: writtenIn(reviews, userId, world.user.bind(world), world.now()),
    closed: talkOf(world, conversationId).closed,
    now,
  });
}
