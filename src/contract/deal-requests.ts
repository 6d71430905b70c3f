import { z } from 'zod';
import { ClientMessageId, Id, Moment, PageQuery, textIfAny, writtenText } from './primitives.js';
import { tradeLimits } from './trade-limits.js';
import { CancelReason, MeetingPlace } from './views/deals.js';
import { criticismTags } from './review-tags.js';
import { Rating, ReviewTag } from './views/reviews.js';

/** What clients send about deals, appointments and reviews; part of `requests.ts`. */

/** The id marks a repeat of the same act; the version keeps an act from a screen that is out of date from counting. */
const act = {
  version: z.number().int().min(1).optional().describe('Of the deal, as it was seen'),
  clientMessageId: ClientMessageId.optional(),
};

export const ActOnDeal = z.strictObject(act);
export const CancelDeal = z.strictObject({ reason: CancelReason, ...act });
export const SetAppointment = z.strictObject({
  at: Moment.describe(`In the future, at most ${tradeLimits.appointmentDays} days ahead`),
  place: MeetingPlace,
  ...act,
});
export const ConfirmAppointment = z.strictObject({
  appointmentVersion: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Of the appointment that was seen; nobody confirms another'),
  clientMessageId: ClientMessageId.optional(),
});

export const ContestNoShow = z.strictObject({
  text: writtenText(tradeLimits.contestLength).describe('What was'),
});

export const ListMyDeals = z.strictObject({
  state: z
    .enum(['open', 'ended', 'toReview', 'all'])
    .default('open')
    .describe('toReview: completed, and still to be reviewed by oneself; the last completed first'),
  role: z.enum(['buyer', 'seller']).optional().describe('Which side one is on; left out: either'),
  conversationId: Id.optional(),
  ...PageQuery,
});

export const ListReviews = z.strictObject({ ...PageQuery });

const criticism: readonly string[] = criticismTags;
export const WriteReview = z
  .strictObject({
    rating: Rating,
    tags: z
      .array(ReviewTag)
      .max(tradeLimits.reviewTags)
      .refine((tags) => new Set(tags).size === tags.length, 'names a tag twice')
      .default([]),
    text: textIfAny(tradeLimits.reviewTextLength),
    clientMessageId: ClientMessageId.optional(),
  })
  .refine(
    ({ rating, tags }) => tags.every((tag) => criticism.includes(tag) === (rating === 'bad')),
    { path: ['tags'], message: 'praise goes with great and good, criticism with bad' },
  );

export type ActOnDeal = z.infer<typeof ActOnDeal>;
export type CancelDeal = z.infer<typeof CancelDeal>;
export type SetAppointment = z.infer<typeof SetAppointment>;
export type ConfirmAppointment = z.infer<typeof ConfirmAppointment>;
export type ContestNoShow = z.infer<typeof ContestNoShow>;
export type ListMyDeals = z.infer<typeof ListMyDeals>;
export type WriteReview = z.infer<typeof WriteReview>;
export type ListReviews = z.infer<typeof ListReviews>;
