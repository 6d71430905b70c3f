import type { view } from '../contract/index.js';
import { writtenIn, type Review, type Written } from '../domain/review.js';
import { presentPeople } from '../users/index.js';
import type { TradeContext } from './trade-context.js';

const authorsOf = ({ users }: TradeContext, reviews: Review[]) =>
  presentPeople(
    users,
    reviews.map(({ authorId }) => authorId),
  );

/** Reviews with their authors, as others see them. */
export async function presentReviews(
  trade: TradeContext,
  reviews: Review[],
): Promise<view.Review[]> {
  const author = await authorsOf(trade, reviews);
  return reviews.map((review) => review.view(author(review.authorId)));
}

/** Reviews as their authors see them. */
export async function presentOwnReviews(
  trade: TradeContext,
  reviews: Review[],
): Promise<view.OwnReview[]> {
  const author = await authorsOf(trade, reviews);
  const now = trade.clock();
  return reviews.map((review) => review.viewForAuthor(author(review.authorId), now));
}

/**
 * What the two of each deal wrote, as far as a reader may know: their own words, and the other side's once shown. Deals
 * without reviews are missing.
 */
export async function reviewsOf(
  trade: TradeContext,
  dealIds: string[],
  readerId: string,
): Promise<Map<string, Written>> {
  const written = new Map<string, Written>();
  if (dealIds.length === 0) return written;
  const reviews = await trade.reviews.ofDeals(dealIds);
  const author = await authorsOf(trade, reviews);
  for (const dealId of new Set(reviews.map((review) => review.dealId))) {
    const ofDeal = reviews.filter((review) => review.dealId === dealId);
    written.set(dealId, writtenIn(ofDeal, readerId, author, trade.clock()));
  }
  return written;
}
