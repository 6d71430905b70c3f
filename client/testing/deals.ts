import { Refusal } from '../../src/contract/errors.js';
import { tellingOf } from '../../src/domain/act.js';
import { ending } from '../../src/domain/agreement.js';
import { mustBeContestable } from '../../src/domain/contest.js';
import { entryOf } from '../../src/domain/deal-entry.js';
import { breachBy, type Deal, type Seen } from '../../src/domain/deal.js';
import { stepBefore, type DealVerb } from '../../src/domain/deal-verbs.js';
import { asLeft, presentDeal } from '../../src/domain/deal-view.js';
import { presentCard } from '../../src/domain/listing-view.js';
import { listingFree, reviewsOpen, reviewsShown } from '../../src/domain/notices.js';
import { Review, reviewsUntil, writtenIn } from '../../src/domain/review.js';
import { formula, mannerOf, type Evidence } from '../../src/domain/temperature.js';
import { mustBeSideOfDeal } from '../../src/domain/trade-access.js';
import type { ListMyDeals, Profile, ReviewTag } from '../contract-types.js';
import { record } from './offers.js';
import { allTalks, talkOf } from './talk.js';
import type { Caller, Route, World } from './world.js';

export const onDeal =
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

function ownDeal({ world, userId }: Caller, id: string): Deal {
  const deal = world.get('deals', id);
  mustBeSideOfDeal(deal, userId);
  return deal;
}

/** A repeat, or another wording, is the first one. */
export const contestNoShow: Route<'contestNoShow'> = (me, { id, text }) => {
  const { world, userId } = me;
  const deal = ownDeal(me, id);
  if (world.state.contests[id]?.userId !== userId) {
    mustBeContestable(deal, userId, world.now());
    const at = world.now();
    world.state.contests[id] = { id, userId, text, at, state: 'waiting', decidedAt: null };
  }
  return present(me, deal);
};

export const getDeal: Route<'getDeal'> = (me, { id }) => present(me, ownDeal(me, id));

/** Newest first. */
export function listDeals(me: Caller, query: Pick<ListMyDeals, 'state' | 'conversationId'>) {
  const { state, conversationId: within } = query;
  return me.world
    .all('deals')
    .filter((deal) => deal.has(me.userId) && (state === 'all' || deal.open === (state === 'open')))
    .filter(({ conversationId }) => within === undefined || conversationId === within)
    .reverse()
    .map((deal) => present(me, deal));
}

/** A deal as this person, one of the two, sees it. */
export function present({ world, userId }: Caller, deal: Deal, now = world.now()) {
  const { id, listingId, buyerId, sellerId, conversationId } = deal;
  return presentDeal(deal, userId, {
    listing: presentCard(listingId, world.get('listings', listingId) ?? undefined),
    buyer: world.user(buyerId),
    seller: world.user(sellerId),
    contest: world.state.contests[id],
    written: writtenIn(reviewsOf(world, id), userId, world.user.bind(world), world.now()),
    closed: talkOf(world, conversationId).closed,
    now,
  });
}

const reviewsOf = (world: World, dealId: string): Review[] =>
  world.all('reviews').filter((review) => review.dealId === dealId);

export const writeReview: Route<'writeReview'> = (me, { id: dealId, ...sent }) => {
  const { world, userId } = me;
  const deal = ownDeal(me, dealId);
  const id = `review-${dealId}-${userId}`;
  const first = world.get('reviews', id);
  if (first) first.mustBeRepeatedBy(sent);
  else {
    const listingTitle = world.state.listings[deal.listingId]!.title;
    const draft = { ...sent, id, authorId: userId, listingTitle };
    world.keep('reviews', Review.write(deal, draft, world.now()));
    showBoth(world, deal);
  }
  const shown = world.get('reviews', id)!.viewForAuthor(world.user(userId), world.now());
  return { ...shown, duplicate: first !== null };
};

/** Shows both reviews once both exist, and tells the new temperatures. */
function showBoth(world: World, { id, conversationId }: Deal): void {
  const both = reviewsOf(world, id);
  if (both.length < 2) return;
  for (const review of both) world.state.reviews[review.id]!.shownAt = world.now();
  for (const { subjectId } of both) recompute(world, subjectId);
  talkOf(world, conversationId).append(reviewsShown(conversationId, id));
}

/** Shows the temperature that follows from what is known of a person now. */
export function recompute(world: World, userId: string): void {
  const account = world.state.accounts[userId];
  if (account) account.temperature = mannerIn(world, userId).temperature;
}

/** The last shown first, without the words of people whom a block keeps apart from the reader. */
export function listReviews({ world, userId }: Caller, { id }: { id: string }) {
  world.seenBy(userId, id);
  const apart = world.apartFrom(userId);
  return shownAbout(world, id)
    .filter(({ authorId }) => !apart.has(authorId))
    .sort((a, b) => b.shownAt.getTime() - a.shownAt.getTime())
    .map((review) => review.view(world.user(review.authorId)));
}

const shownAbout = (world: World, userId: string): Review[] =>
  world
    .all('reviews')
    .filter((review) => review.subjectId === userId && review.isShown(world.now()));

export const getProfile: Route<'getUser'> = ({ world, userId }, { id }) => ({
  ...world.seenBy(userId, id),
  manner: mannerIn(world, id),
});

/** Computed at every request: from shown reviews, broken deals, and what moderators laid upon them. */
function mannerIn(world: World, userId: string): Profile['manner'] {
  const about = shownAbout(world, userId);
  const own = world.all('deals').filter((deal) => deal.has(userId));
  const completed = own.filter(({ state }) => state === 'completed');
  const broken = own.flatMap((deal): Evidence[] => {
    const kind = breachBy(deal.sideOf(userId), deal);
    const counts = kind && world.state.contests[deal.id]?.state !== 'overturned';
    return counts ? [{ kind, at: deal.movedAt, partnerId: null }] : [];
  });
  const laid = world.state.sanctions
    .filter((one) => one.userId === userId && one.liftedAt === undefined)
    .map(({ kind, at }): Evidence => ({
      kind: kind === 'warning' ? 'warning' : 'suspension',
      at: new Date(at),
      partnerId: null,
    }));
  const tags = new Map<ReviewTag, number>();
  for (const review of about)
    for (const tag of review.snapshot().tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  return {
    ...mannerOf([...about.map(({ evidence }) => evidence), ...broken, ...laid], world.now()),
    formula,
    counts: {
      sold: completed.filter(({ sellerId }) => sellerId === userId).length,
      bought: completed.filter(({ buyerId }) => buyerId === userId).length,
      reviews: about.length,
      noShows: broken.filter(({ kind }) => kind === 'noShow').length,
    },
    tags: [...tags].map(([tag, count]) => ({ tag, count })),
    asOf: world.state.accounts[userId]!.createdAt,
  };
}
