import type { request, view } from '../../src/contract/index.js';
import { Deal } from '../../src/domain/deal.js';
import type { Written } from '../../src/domain/deal-view.js';
import { Review } from '../../src/domain/review.js';
import { formula, mannerOf, type Evidence } from '../../src/domain/temperature.js';
import { append } from './log.js';
import { mustSeeUser, presentUser } from './people.js';
import type { Actor, World } from './world.js';

/** Throws FORBIDDEN, EDIT_WINDOW_EXPIRED, IDEMPOTENCY_CONFLICT. */
export function writeReview(world: World, actor: Actor, deal: Deal, sent: request.WriteReview) {
  const id = `review-${deal.id}-${actor.userId}`;
  const first = world.state.reviews[id];
  if (first) new Review(first).mustBeRepeatedBy(sent);
  else {
    const { title } = world.state.listings[deal.listingId]!;
    const draft = { ...sent, id, authorId: actor.userId, listingTitle: title };
    world.state.reviews[id] = Review.write(deal, draft, world.now()).snapshot();
    showBoth(world, deal);
  }
  const written = new Review(world.state.reviews[id]!);
  const review = written.viewForAuthor(presentUser(world, actor.userId), world.now());
  return { ...review, duplicate: first !== undefined };
}

/** Shows both reviews once both exist, and tells the new temperatures. */
function showBoth(world: World, { id: dealId, conversationId }: Deal): void {
  const both = Object.values(world.state.reviews).filter((one) => one.dealId === dealId);
  if (both.length < 2) return;
  for (const one of both) one.shownAt = world.now();
  for (const { subjectId } of both)
    world.state.accounts[subjectId]!.temperature = mannerIn(world, subjectId).temperature;
  notice(world, conversationId, `deal:${dealId}:reviewsShown`, { type: 'reviewsShown', dealId });
}

/** Writes an entry that no person wrote. */
export function notice(world: World, id: string, clientMessageId: string, said: view.Notice): void {
  append(world, id, { senderId: null, clientMessageId, kind: 'system', notice: said });
}

const reviewsThat = (world: World, isMeant: (review: Review) => boolean): Review[] =>
  Object.values(world.state.reviews)
    .map((is) => new Review(is))
    .filter(isMeant);

/** The last shown first, without the words of people whom a block keeps apart from the reader. Throws NOT_FOUND. */
export function listReviews(world: World, actor: Actor, userId: string): view.Review[] {
  mustSeeUser(world, actor, userId);
  const apart = world.apartFrom(actor.userId);
  return reviewsThat(world, (one) => one.subjectId === userId && one.isShown(world.now()))
    .filter(({ authorId }) => !apart.has(authorId))
    .sort((a, b) => b.shownAt.getTime() - a.shownAt.getTime())
    .map((one) => one.view(presentUser(world, one.authorId)));
}

/** The person's own words, and the other side's once they are shown. */
export function writtenOf(world: World, actor: Actor, dealId: string): Written | undefined {
  const now = world.now();
  const all = reviewsThat(world, (one) => one.dealId === dealId);
  const mine = all.find(({ authorId }) => authorId === actor.userId);
  const theirs = all.find((one) => one !== mine && one.isShown(now));
  return (mine ?? theirs) === undefined
    ? undefined
    : {
        mine: mine?.viewForAuthor(presentUser(world, mine.authorId), now) ?? null,
        theirs: theirs?.view(presentUser(world, theirs.authorId)) ?? null,
      };
}

/** Throws NOT_FOUND, also when a block hides the person. */
export const getProfile = (world: World, actor: Actor, userId: string): view.Profile => ({
  ...mustSeeUser(world, actor, userId),
  manner: mannerIn(world, userId),
});

/** Computed at every request: from shown reviews, and from deals that were broken. */
function mannerIn(world: World, userId: string): view.Manner {
  const { reviews, deals, accounts } = world.state;
  const now = world.now();
  const about = Object.values(reviews).filter(
    (is) => is.subjectId === userId && new Review(is).isShown(now),
  );
  const own = Object.values(deals)
    .map((is) => new Deal(is))
    .filter((deal) => deal.has(userId));
  const completed = own.filter(({ state }) => state === 'completed');
  const broken = own.flatMap((deal): Evidence[] => {
    const byOwn = deal.endedBy === deal.sideOf(userId);
    const kind = deal.state === 'noShow' ? 'noShow' : 'lateCancel';
    const isHis = kind === 'noShow' ? !byOwn : byOwn && deal.cancelledLate;
    return deal.endedAt && isHis ? [{ kind, at: deal.endedAt, partnerId: null }] : [];
  });
  const ratings = about.map(({ rating, authorId, createdAt }): Evidence => ({
    kind: rating,
    at: createdAt,
    partnerId: authorId,
  }));
  const tags = new Map<view.ReviewTag, number>();
  for (const tag of about.flatMap((review) => review.tags)) tags.set(tag, (tags.get(tag) ?? 0) + 1);
  return {
    ...mannerOf([...ratings, ...broken], now),
    formula,
    counts: {
      sold: completed.filter(({ sellerId }) => sellerId === userId).length,
      bought: completed.filter(({ buyerId }) => buyerId === userId).length,
      reviews: about.length,
      noShows: broken.filter(({ kind }) => kind === 'noShow').length,
    },
    tags: [...tags].map(([tag, count]) => ({ tag, count })),
    asOf: accounts[userId]!.createdAt,
  };
}
