import { z } from 'zod';
import { Id } from './primitives.js';
import { CategorySwitches, QuietHours } from './views.js';

export const ChangeNotificationSettings = z
  .strictObject({
    categories: z.strictObject(CategorySwitches.shape).partial(),
    quietHours: QuietHours.nullable(),
    preview: z.boolean(),
  })
  .partial()
  .describe('What is left out stays as it is');
export const ReadNotifications = z.strictObject({
  upTo: Id.describe('The newest one that was seen: it and the older ones are read'),
});

export type ChangeNotificationSettings = z.infer<typeof ChangeNotificationSettings>;
export type ReadNotifications = z.infer<typeof ReadNotifications>;
