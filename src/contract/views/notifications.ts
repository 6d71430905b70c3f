import { z } from 'zod';
import { Id, Position, Seq, Timestamp, named } from '../primitives.js';
import { FallbackTexts } from './messages.js';

/** The kinds of news that a person can switch on and off. */
export const notificationCategories = ['chat', 'offer', 'deal', 'reminder', 'alert'] as const;

const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time like 22:00');

/** Also what clients send. */
export const QuietHours = z
  .strictObject({ from: TimeOfDay, to: TimeOfDay })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'is the same as from' })
  .meta({
    id: 'QuietHours',
    description: 'Local times of day; over midnight when `from` is the later one',
    examples: [{ from: '22:00', to: '08:00' }],
  });

const eachCategory = Object.fromEntries(
  notificationCategories.map((category) => [category, z.boolean()]),
) as Record<(typeof notificationCategories)[number], z.ZodBoolean>;

export const CategorySwitches = z.object(eachCategory).meta({
  id: 'CategorySwitches',
  description:
    'true: told by push notifications. chat: what the other side writes. offer: prices, answers. ' +
    'deal: what is agreed, appointments. reminder: an appointment or the end of an offer is near. ' +
    'alert: a listing is free again, reviews, what is listed or costs less that one waits for',
});

export const NotificationSettings = named('NotificationSettings', {
  categories: CategorySwitches,
  quietHours: QuietHours.nullable().describe(
    'In the time zone of the device that was seen last. What comes meanwhile is told together at their end; ' +
      'an appointment within the hour is told at once. null: none',
  ),
  preview: z.boolean().describe('false: push notifications show nothing of what was said'),
});

export const Notification = z
  .object({
    id: Id.describe('That of the entry or the news it tells of'),
    category: z.enum(notificationCategories).meta({ id: 'NotificationCategory' }),
    template: z
      .string()
      .describe(
        'What it says, to be worded by the client: `offer.countered`, `appointment.confirmed`, ' +
          '`notice.dealCompleted`, `listing.matched` … More may come',
      ),
    params: z
      .record(
        z.string(),
        z.union([z.string().describe('A time or a text'), z.number().describe('An amount')]),
      )
      .describe('What goes into it'),
    conversationId: Id.describe('With `listingId`: of the conversation about it, begun or not'),
    seq: Seq,
    listingId: Id.optional().describe('It tells of a listing, and of no entry'),
    fallbackText: z
      .string()
      .describe('What a client shows that does not know the template; Korean'),
    fallbackTexts: FallbackTexts.optional().describe(
      'The same by language (`ko`, `en`; more may come); left out of what an older server noted',
    ),
    read: z.boolean().describe('Here, or in its conversation'),
    createdAt: Timestamp,
  })
  .meta({
    id: 'Notification',
    description: 'Something that was to be told, pushed or not: everything but what people write',
  });

export const UnreadNotifications = named('UnreadNotifications', {
  unread: Position.describe('Of those that the list shows; 1,000 at most'),
});

export type NotificationCategory = (typeof notificationCategories)[number];
export type QuietHours = z.infer<typeof QuietHours>;
export type CategorySwitches = z.infer<typeof CategorySwitches>;
export type NotificationSettings = z.infer<typeof NotificationSettings>;
export type Notification = z.infer<typeof Notification>;
export type UnreadNotifications = z.infer<typeof UnreadNotifications>;
