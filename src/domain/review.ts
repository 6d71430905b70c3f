import { Refusal } from '../contract/errors.js';
import { tradeLimits } from '../contract/trade-limits.js';
import type { request, view } from '../contract/index.js';
import { dayMs, type Evidence } from './temperature.js';

/** What a review has to know of the deal it is about. */
export interface ReviewedDeal {
  id: string;
  conversationId: string;
  buyerId: string;
  sellerId: string;
  state: view.DealState;
  endedAt: Date | null;
}

export interface ReviewState {
  id: string;
  dealId: string;
  conversationId: string;
  authorId: string;
  subjectId: string;
  role: view.OfferSide;
  listingTitle: string;
  rating: view.Rating;
  tags: view.ReviewTag[];
  text?: string;
  clientMessageId: string | null;
  createdAt: Date;
  /** Readable for others from then on: when the time to write is over, or when both wrote. */
  shownAt: Date;
}

/** What the two wrote about a deal, as far as its reader may know. */
export type Written = Pick<NonNullable<view.Deal['reviews']>, 'mine' | 'theirs'>;

/** Until when the two of a completed deal can write; null: they cannot. */
export const reviewsUntil = ({ state, endedAt }: Pick<ReviewedDeal, 'state' | 'endedAt'>) =>
  state === 'completed' && endedAt
    ? new Date(endedAt.getTime() + tradeLimits.reviewDays * dayMs)
    : null;

/** What was completed before this time can't be reviewed any more. */
export const reviewableSince = (now: Date): Date =>
  new Date(now.getTime() - tradeLimits.reviewDays * dayMs);

/**
 * What one side of a completed deal says of the other: once, and blind. Until it is shown nobody but its author learns
 * that it exists, so neither side can answer a rating with a rating.
 */
export class Review {
  constructor(private readonly is: ReviewState) {}

  /** Throws NOT_FOUND (not of this deal), FORBIDDEN (not completed), EDIT_WINDOW_EXPIRED. */
  static write(
    deal: ReviewedDeal,
    draft: request.WriteReview & { id: string; authorId: string; listingTitle: string },
    now: Date,
  ): Review {
    const { clientMessageId = null, ...rest } = draft;
    const role = sideOf(deal, draft.authorId);
    const until = reviewsUntil(deal);
    if (!until) throw new Refusal('FORBIDDEN', 'Reviews open once the deal is completed');
    if (now >= until) throw new Refusal('EDIT_WINDOW_EXPIRED', 'The time to write is over');
    return new Review({
      ...rest,
      clientMessageId,
      role,
      dealId: deal.id,
      conversationId: deal.conversationId,
      subjectId: role === 'buyer' ? deal.sellerId : deal.buyerId,
      createdAt: now,
      shownAt: until,
    });
  }

  get id(): string {
    return this.is.id;
  }
  get dealId(): string {
    return this.is.dealId;
  }
  get conversationId(): string {
    return this.is.conversationId;
  }
  get authorId(): string {
    return this.is.authorId;
  }
  get subjectId(): string {
    return this.is.subjectId;
  }
  get shownAt(): Date {
    return this.is.shownAt;
  }

  /** What it says of its subject's manner. */
  get evidence(): Evidence {
    const { rating, createdAt, authorId } = this.is;
    return { kind: rating, at: createdAt, partnerId: authorId };
  }

  isShown(now: Date): boolean {
    return this.is.shownAt <= now;
  }

  /** Sent again: under the same id, or without one in the same words. Throws IDEMPOTENCY_CONFLICT, FORBIDDEN. */
  mustBeRepeatedBy(sent: request.WriteReview): void {
    const { clientMessageId, rating, tags, text } = this.is;
    const sameWords =
      sent.rating === rating &&
      sent.text === text &&
      [...sent.tags].sort().join() === [...tags].sort().join();
    const otherId = sent.clientMessageId !== undefined && sent.clientMessageId !== clientMessageId;
    if (sameWords && !otherId) return;
    if (otherId || sent.clientMessageId === undefined)
      throw new Refusal('FORBIDDEN', 'You have reviewed this deal; what was said stands');
    throw new Refusal('IDEMPOTENCY_CONFLICT');
  }

  view(author: view.User): view.Review {
    const { id, dealId, subjectId, role, listingTitle, rating, tags, text, createdAt } = this.is;
    return {
      id,
      dealId,
      author,
      subjectId,
      role,
      listingTitle,
      rating,
      tags,
      ...(text === undefined ? {} : { text }),
      createdAt: createdAt.toISOString(),
    };
  }

  viewForAuthor(author: view.User, now: Date): view.OwnReview {
    return {
      ...this.view(author),
      shown: this.isShown(now),
      shownAt: this.is.shownAt.toISOString(),
    };
  }

  snapshot(): ReviewState {
    return { ...this.is };
  }
}

/** Throws NOT_FOUND for everybody but the two. */
export function sideOf(deal: ReviewedDeal, userId: string): view.OfferSide {
  if (userId === deal.buyerId) return 'buyer';
  if (userId === deal.sellerId) return 'seller';
  throw new Refusal('NOT_FOUND', 'No such deal');
}

/** What the two of a deal wrote, as far as a reader may know: their own words, and the other side's once shown. */
export function writtenIn(
  reviews: readonly Review[],
  readerId: string,
  user: (id: string) => view.User,
  now: Date,
): Written {
  const mine = reviews.find(({ authorId }) => authorId === readerId);
  const theirs = reviews.find((one) => one !== mine && one.isShown(now));
  return {
    mine: mine?.viewForAuthor(user(mine.authorId), now) ?? null,
    theirs: theirs?.view(user(theirs.authorId)) ?? null,
  };
}
