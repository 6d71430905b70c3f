import { z } from 'zod';
import { limits } from '../limits.js';
import {
  Amount,
  Coordinates,
  Currency,
  Id,
  Timestamp,
  writtenLine,
  named,
  oneOf,
} from '../primitives.js';
import { ListingCard } from './listings.js';
import { OfferSide } from './offers.js';
import { User } from './people.js';
import { OwnReview, Review } from './reviews.js';

/** Also what clients send. Only the two of the deal see it, so the point is exact. */
export const MeetingPlace = z
  .strictObject({
    name: writtenLine(limits.placeNameLength),
    point: Coordinates.optional(),
  })
  .meta({ id: 'MeetingPlace' });

export const AppointmentState = z.enum(['proposed', 'confirmed']).meta({ id: 'AppointmentState' });

export const Appointment = named('Appointment', {
  at: Timestamp,
  place: MeetingPlace,
  state: AppointmentState,
  by: OfferSide.describe('Who proposed it; the other side confirms'),
  version: z.number().int().describe('1, 2, 3 … within the deal; moves on every act'),
});

export const AppointmentAct = oneOf('AppointmentAct', ['proposed', 'changed', 'confirmed']);

export const AppointmentInMessage = Appointment.extend({ dealId: Id, act: AppointmentAct }).meta({
  id: 'AppointmentInMessage',
  description:
    'The appointment as this act left it; of one deal the entry with the highest version tells its state',
});

export const DealState = oneOf('DealState', ['open', 'completed', 'cancelled', 'noShow']);

/** Why one of the two gives a deal up. */
export const cancelReasons = [
  'changedMind',
  'cannotMeet',
  'noAnswer',
  'notAsDescribed',
  'soldElsewhere',
  'other',
] as const;
export const CancelReason = z.enum(cancelReasons).meta({ id: 'CancelReason' });

export const DealAbilities = named('DealAbilities', {
  propose: z.boolean().describe('Propose or change the appointment'),
  confirm: z.boolean(),
  complete: z.boolean(),
  cancel: z.boolean(),
  reportNoShow: z.boolean(),
  keep: z.boolean().describe('Answer that the deal still stands'),
  review: z.boolean(),
  contest: z.boolean().optional().describe('Contest the no-show that the other side told of'),
});

export const Deal = named('Deal', {
  id: Id,
  conversationId: Id,
  offerId: Id.nullable().describe('null: the seller chose the buyer without an offer'),
  listing: ListingCard,
  buyer: User,
  seller: User,
  amount: Amount.describe('Agreed; stands whatever happens to the listing'),
  currency: Currency,
  state: DealState,
  endedBy: z
    .enum([...OfferSide.options, 'system'])
    .optional()
    .describe('Who completed or cancelled it, or told of the no-show'),
  reason: z
    .string()
    .optional()
    .describe(
      `cancelled: ${cancelReasons.join(', ')}, holdTimeout, soldUndone, unavailable. More may come`,
    ),
  appointment: Appointment.nullable(),
  question: z
    .object({ askedAt: Timestamp, answerBy: Timestamp })
    .nullable()
    .describe(
      'The seller was asked whether the deal still stands; no answer in time frees the listing',
    ),
  reviews: z
    .object({
      until: Timestamp.describe('Last moment to write'),
      mine: OwnReview.nullable(),
      theirs: Review.nullable().describe('Once both wrote or the time is over'),
    })
    .nullable()
    .describe('null: not open for reviews'),
  contest: z
    .object({
      state: z.enum(['waiting', 'upheld', 'overturned']).describe('overturned: it counts no more'),
      text: z.string(),
      at: Timestamp,
    })
    .optional()
    .describe('What one said against the no-show; only to who did'),
  version: z.number().int(),
  createdAt: Timestamp,
  endedAt: Timestamp.nullable(),
  abilities: DealAbilities,
});

export const ContestInQueue = named('ContestInQueue', {
  dealId: Id,
  userId: Id.describe('Who is said not to have come'),
  user: User.optional(),
  text: z.string(),
  at: Timestamp,
  state: z.enum(['waiting', 'upheld', 'overturned']),
  by: z.string().optional().describe('The id of the person with a role who decided'),
  note: z.string().optional(),
});

export type ContestInQueue = z.infer<typeof ContestInQueue>;
export type MeetingPlace = z.infer<typeof MeetingPlace>;
export type Appointment = z.infer<typeof Appointment>;
export type AppointmentState = z.infer<typeof AppointmentState>;
export type AppointmentAct = z.infer<typeof AppointmentAct>;
export type AppointmentInMessage = z.infer<typeof AppointmentInMessage>;
export type DealState = z.infer<typeof DealState>;
export type CancelReason = z.infer<typeof CancelReason>;
export type DealAbilities = z.infer<typeof DealAbilities>;
export type Deal = z.infer<typeof Deal>;
