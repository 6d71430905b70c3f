import { Refusal } from '../../src/contract/errors.js';
import { criticismTags } from '../../src/contract/review-tags.js';
import { trimText } from '../../src/contract/text.js';
import { tradeLimits } from '../../src/contract/trade-limits.js';
import { Deal } from '../../src/domain/deal.js';
import type { Written } from '../../src/domain/deal-view.js';
import { Review } from '../../src/domain/review.js';
import type { OwnReview, Review as ReviewView, WriteReview } from '../contract-types.js';
import { checkClientMessageId, checkList, checkText, mustBe } from './check.js';
import { append } from './log.js';
import { mannerIn } from './manner.js';
import { apartFrom, presentUser } from './people.js';
import type { Actor, World } from './world.js';

/** Throws NOT_FOUND, FORBIDDEN, EDIT_WINDOW_EXPIRED, IDEMPOTENCY_CONFLICT, VALIDATION_FAILED. */
export function writeReview(
  world: World,
  actor: Actor,
  dealId: string,
  input: Record<string, unknown>,
): { review: OwnReview; duplicate: boolean } {
  const sent = checked(input);
  const is = world.state.deals[dealId];
  const deal = is && new Deal(is);
  if (!deal?.has(actor.userId)) throw new Refusal('NOT_FOUND', 'No such deal');
  const id = `review-${dealId}-${actor.userId}`;
  const first = world.state.reviews[id];
  if (first) new Review(first).mustBeRepeatedBy(sent);
  else {
    const { title } = world.state.listings[deal.listingId]!;
    const draft = { ...sent, id, authorId: actor.userId, listingTitle: title };
    world.state.reviews[id] = Review.write(deal, draft, world.now()).snapshot();
    settle(world, deal);
  }
  const written = new Review(world.state.reviews[id]!);
  const author = presentUser(world, actor.userId);
  return { review: written.viewForAuthor(author, world.now()), duplicate: first !== undefined };
}

function checked(input: Record<string, unknown>): WriteReview {
  const { rating, tags = [], text, clientMessageId } = input;
  mustBe(rating === 'great' || rating === 'good' || rating === 'bad', 'rating', 'is not one');
  checkList(tags, 'tags', 0, tradeLimits.reviewTags);
  const criticism: readonly unknown[] = criticismTags;
  mustBe(
    tags.every((tag) => criticism.includes(tag) === (rating === 'bad')),
    'tags',
    'praise goes with great and good, criticism with bad',
  );
  if (clientMessageId !== undefined) checkClientMessageId(clientMessageId);
  return {
    rating,
    tags: tags as WriteReview['tags'],
    ...(text === undefined
      ? {}
      : { text: checkText(text, 'text', tradeLimits.reviewTextLength, trimText) }),
    clientMessageId,
  };
}

/** Once both are there both are shown, and the temperatures follow. */
function settle(world: World, deal: Deal): void {
  const now = world.now();
  const both = Object.values(world.state.reviews).filter(({ dealId }) => dealId === deal.id);
  if (both.length < 2) return;
  for (const one of both) one.shownAt = now;
  for (const { subjectId } of both)
    world.state.accounts[subjectId]!.temperature = mannerIn(world, subjectId).temperature;
  append(world, world.state.conversations[deal.conversationId]!, {
    senderId: null,
    clientMessageId: `deal:${deal.id}:reviewsShown`,
    kind: 'system',
    fields: { notice: { type: 'reviewsShown', dealId: deal.id } },
  });
}

/** The last shown first, without the words of people from whom a block keeps the reader apart. Throws NOT_FOUND. */
export function listReviews(world: World, actor: Actor, userId: string): ReviewView[] {
  const apart = apartFrom(world, actor.userId);
  presentUser(world, userId);
  if (apart.has(userId)) throw new Refusal('NOT_FOUND', 'No such person');
  const now = world.now();
  return Object.values(world.state.reviews)
    .map((is) => new Review(is))
    .filter((one) => one.subjectId === userId && one.isShown(now) && !apart.has(one.authorId))
    .sort((a, b) => b.shownAt.getTime() - a.shownAt.getTime())
    .map((one) => one.view(presentUser(world, one.authorId)));
}

/** One's own words, and the other's once they are shown. */
export function writtenOf(world: World, actor: Actor, dealId: string): Written | undefined {
  const now = world.now();
  const all = Object.values(world.state.reviews)
    .filter((is) => is.dealId === dealId)
    .map((is) => new Review(is));
  const mine = all.find(({ authorId }) => authorId === actor.userId);
  const theirs = all.find((one) => one.authorId !== actor.userId && one.isShown(now));
  if (!mine && !theirs) return undefined;
  return {
    mine: mine?.viewForAuthor(presentUser(world, mine.authorId), now) ?? null,
    theirs: theirs?.view(presentUser(world, theirs.authorId)) ?? null,
  };
}
