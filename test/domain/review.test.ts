import { describe, expect, test } from '@jest/globals';
import { Refusal, request, tradeLimits } from '../../src/contract/index.js';
import { Review, reviewsUntil, type ReviewedDeal } from '../../src/domain/review.js';

const completedAt = new Date('2026-11-23T03:00:00.000Z');
const hoursLater = (hours: number) => new Date(completedAt.getTime() + hours * 3_600_000);
const week = tradeLimits.reviewDays * 24;

const deal: ReviewedDeal = {
  id: 'deal',
  conversationId: 'conversation',
  buyerId: 'buyer',
  sellerId: 'seller',
  state: 'completed',
  endedAt: completedAt,
};
const words = { rating: 'good' as const, tags: ['onTime' as const, 'friendly' as const] };
const writes = (
  authorId: string,
  { about = deal, hours = 1 }: { about?: ReviewedDeal; hours?: number } = {},
) =>
  Review.write(
    about,
    { ...words, id: 'review', authorId, listingTitle: '자전거', clientMessageId: 'review-of-mine' },
    hoursLater(hours),
  );

const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
};

describe('who may write when', () => {
  test('each side writes about the other', () => {
    expect(writes('buyer').snapshot()).toMatchObject({ role: 'buyer', subjectId: 'seller' });
    expect(writes('seller').snapshot()).toMatchObject({ role: 'seller', subjectId: 'buyer' });
  });

  test('to a stranger the deal is not there', () => {
    expect(refusalOf(() => writes('stranger'))).toBe('NOT_FOUND');
  });

  test.each(['open', 'cancelled', 'noShow'] as const)('not of a deal that is %s', (state) => {
    const about = { ...deal, state, endedAt: state === 'open' ? null : completedAt };
    expect(refusalOf(() => writes('buyer', { about }))).toBe('FORBIDDEN');
    expect(reviewsUntil(about)).toBeNull();
  });

  test('until seven days after the end, and not at the end of them', () => {
    expect(refusalOf(() => writes('buyer', { hours: week - 0.001 }))).toBe('none');
    expect(refusalOf(() => writes('buyer', { hours: week }))).toBe('EDIT_WINDOW_EXPIRED');
  });
});

describe('blind', () => {
  test('it is hidden until the time to write is over, and shown from then on', () => {
    const review = writes('buyer');
    expect(review.isShown(hoursLater(1))).toBe(false);
    expect(review.isShown(hoursLater(week - 0.001))).toBe(false);
    expect(review.isShown(hoursLater(week))).toBe(true);
  });

  test('its author is told whether others can read it, and when at the latest', () => {
    const author = { id: 'buyer', nickname: '민지', createdAt: completedAt.toISOString() };
    expect(writes('buyer').viewForAuthor(author, hoursLater(2))).toMatchObject({
      shown: false,
      shownAt: hoursLater(week).toISOString(),
      author,
      subjectId: 'seller',
      listingTitle: '자전거',
    });
  });
});

describe('sent again', () => {
  const sent = (fields: Partial<request.WriteReview>) =>
    refusalOf(() => writes('buyer').mustBeRepeatedBy({ ...words, ...fields }));

  test.each<[string, Partial<request.WriteReview>, string]>([
    ['under the same id', { clientMessageId: 'review-of-mine' }, 'none'],
    ['without an id in the same words', {}, 'none'],
    ['with its tags in another order', { tags: ['friendly', 'onTime'] }, 'none'],
    [
      'under the same id in other words',
      { clientMessageId: 'review-of-mine', rating: 'great' },
      'IDEMPOTENCY_CONFLICT',
    ],
    [
      'under the same id with a text',
      { clientMessageId: 'review-of-mine', text: '감사' },
      'IDEMPOTENCY_CONFLICT',
    ],
    ['under another id', { clientMessageId: 'another-id' }, 'FORBIDDEN'],
    ['without an id in other words', { rating: 'bad', tags: [] }, 'FORBIDDEN'],
  ])('%s', (_how, fields, expected) => {
    expect(sent(fields)).toBe(expected);
  });
});

describe('what can be said', () => {
  const fits = (fields: object) =>
    request.WriteReview.safeParse({ rating: 'good', ...fields }).success;

  test.each<[string, object, boolean]>([
    ['nothing but the rating', {}, true],
    ['praise with great', { rating: 'great', tags: ['onTime'] }, true],
    ['criticism with bad', { rating: 'bad', tags: ['late'] }, true],
    ['criticism with good', { tags: ['late'] }, false],
    ['praise with bad', { rating: 'bad', tags: ['onTime'] }, false],
    ['a tag twice', { tags: ['onTime', 'onTime'] }, false],
    [
      'more tags than anybody reads',
      { tags: ['friendly', 'onTime', 'quickReplies', 'asDescribed', 'fairPrice', 'wellKept'] },
      false,
    ],
    ['an unknown tag', { tags: ['rich'] }, false],
    ['an unknown rating', { rating: 'awesome' }, false],
    ['a text of the longest', { text: '가'.repeat(tradeLimits.reviewTextLength) }, true],
    ['a longer text', { text: '가'.repeat(tradeLimits.reviewTextLength + 1) }, false],
    ['a blank text', { text: ' \n ' }, false],
    ['a field of another table', { subjectId: 'somebody' }, false],
  ])('%s', (_what, fields, expected) => {
    expect(fits(fields)).toBe(expected);
  });
});
