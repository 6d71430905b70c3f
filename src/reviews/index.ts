import type { Connection } from 'mongoose';
import type { ConversationStore, PostEntry } from '../conversations/index.js';
import type { DealStore } from '../deals/index.js';
import type { ListingStore } from '../listings/index.js';
import type { Clock } from '../platform/clock.js';
import type { Blocks, UserStore } from '../users/index.js';
import { createGetProfile } from './get-profile.js';
import { createListReviews } from './list-reviews.js';
import { createRecomputeManner } from './recompute-manner.js';
import { reviewsUntil, type ReviewedDeal } from '../domain/review.js';
import { createPresentReviews } from './review.presenter.js';
import { ReviewStore } from './review.store.js';
import { createReviewsOf } from './reviews-of.js';
import { createSettleReviews } from './settle-reviews.js';
import { createWriteReview } from './write-review.js';

export type ReviewCommands = ReturnType<typeof createReviews>['commands'];

interface Deps {
  mongo: Connection;
  users: UserStore;
  conversations: ConversationStore;
  post: PostEntry;
  deals: DealStore;
  clock: Clock;
}

/** What happens by itself, in a gateway after an act and in a worker by time: opening, showing, temperatures. */
export function createReviewing(deps: Deps) {
  const { users, deals, conversations, post, clock } = deps;
  const reviews = new ReviewStore(deps.mongo);
  const recompute = createRecomputeManner({ users, reviews, deals, clock });
  const settle = createSettleReviews({ reviews, conversations, post, recompute, clock });
  return {
    reviews,
    settle,
    /** A deal ended, however: both temperatures and counts follow; after a completed one both may write. */
    dealEnded: async (deal: ReviewedDeal): Promise<void> => {
      await recompute(deal.buyerId);
      await recompute(deal.sellerId);
      const until = reviewsUntil(deal);
      const conversation = until && (await conversations.get(deal.conversationId));
      if (conversation)
        await post(conversation, {
          conversationId: conversation.id,
          senderId: null,
          clientMessageId: `deal:${deal.id}:reviewsOpen`,
          kind: 'system',
          notice: { type: 'reviewsOpen', dealId: deal.id, at: until.toISOString() },
        });
    },
    /** What falls due by time alone: the end of the time to write, and every night the fading of what was said. */
    timers: {
      reviews: {
        due: (until: Date, limit: number) => reviews.due(until, limit),
        act: settle,
      },
      manner: {
        due: (until: Date, limit: number) => users.mannersDue(until, limit),
        async act(userId: string): Promise<boolean> {
          const dueAt = (await users.withManner(userId))?.manner?.dueAt;
          if (!dueAt || dueAt > clock()) return false;
          await recompute(userId, { fading: true });
          return true;
        },
      },
    },
    prepare: () => reviews.prepare(),
  };
}

/** Builds the slice: what people say of each other after a deal, and the manner temperature that follows from it. */
export function createReviews(deps: Deps & { listings: ListingStore; blocks: Blocks }) {
  const { users, deals, blocks, listings, clock } = deps;
  const { reviews, settle, dealEnded, prepare } = createReviewing(deps);
  const present = createPresentReviews({ users, clock });
  return {
    dealEnded,
    prepare,
    of: createReviewsOf({ reviews, present, clock }),
    commands: {
      write: createWriteReview({ reviews, deals, listings, settle, present, clock }),
      list: createListReviews({ reviews, users, blocks, present, clock }),
      getProfile: createGetProfile({ users, blocks }),
    },
  };
}
