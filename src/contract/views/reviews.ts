import { z } from 'zod';
import { Id, Timestamp, named } from '../primitives.js';
import { criticismTags, praiseTags } from '../review-tags.js';
import { OfferSide } from './offers.js';
import { User } from './people.js';

export const Rating = z.enum(['great', 'good', 'bad']).meta({ id: 'Rating' });

export const ReviewTag = z.enum([...praiseTags, ...criticismTags]).meta({ id: 'ReviewTag' });

export const Review = named('Review', {
  id: Id,
  dealId: Id,
  author: User,
  subjectId: Id.describe('Whom it is about'),
  role: OfferSide.describe('What the author was in the deal'),
  listingTitle: z.string(),
  rating: Rating,
  tags: z.array(ReviewTag),
  text: z.string().optional(),
  createdAt: Timestamp,
});

export const OwnReview = Review.extend({
  shown: z.boolean().describe('false: the other side cannot see it yet'),
  shownAt: Timestamp.describe('When it is shown at the latest, or was'),
}).meta({ id: 'OwnReview', description: 'A review as its author sees it' });

/** One kind of evidence in the manner temperature. */
export const MannerPart = named('MannerPart', {
  kind: z.enum(['great', 'good', 'bad', 'noShow', 'lateCancel', 'warning', 'suspension']),
  value: z.number().describe('What a fresh one counts'),
  count: z.number().int().describe('How many within the last year'),
  weighted: z.number().describe('Their sum by age and partner'),
});

export const Manner = named('Manner', {
  temperature: z.number().describe('One decimal'),
  sum: z.number().describe('S, the sum of the parts'),
  parts: z.array(MannerPart),
  formula: z
    .object({
      version: z.number().int(),
      start: z.number(),
      halfLifeDays: z.number(),
      windowDays: z.number(),
      text: z
        .string()
        .describe(
          'v: what a fresh piece counts, d: its age in days, n: which rating by the same partner it is',
        ),
    })
    .describe('How the temperature follows from the parts'),
  counts: z.object({
    sold: z.number().int(),
    bought: z.number().int(),
    reviews: z.number().int(),
    noShows: z.number().int(),
  }),
  tags: z
    .array(z.object({ tag: ReviewTag, count: z.number().int() }))
    .describe('What was said, most often first'),
  asOf: Timestamp,
});

export const Profile = User.extend({ manner: Manner }).meta({
  id: 'Profile',
  description: 'A person with the manner temperature and how it came about',
});

export type Rating = z.infer<typeof Rating>;
export type ReviewTag = z.infer<typeof ReviewTag>;
export type Review = z.infer<typeof Review>;
export type OwnReview = z.infer<typeof OwnReview>;
export type MannerPart = z.infer<typeof MannerPart>;
export type Manner = z.infer<typeof Manner>;
export type Profile = z.infer<typeof Profile>;
