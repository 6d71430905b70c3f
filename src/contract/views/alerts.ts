import { z } from 'zod';
import { Amount, Coordinates, Id, Timestamp, named } from '../primitives.js';
import { Category } from './listings.js';
import { User } from './people.js';

const circle = {
  near: Coordinates.optional().describe('Left out: anywhere'),
  radiusKm: z.number().optional(),
};

export const KeywordAlert = named('KeywordAlert', {
  id: Id,
  keyword: z.string(),
  ...circle,
  maxPrice: Amount.optional(),
  createdAt: Timestamp,
});

export const SavedSearch = named('SavedSearch', {
  id: Id,
  q: z.string().optional(),
  ...circle,
  category: Category.optional(),
  minPrice: Amount.optional(),
  maxPrice: Amount.optional(),
  createdAt: Timestamp,
});

export const Following = named('Following', { user: User, createdAt: Timestamp });

export type KeywordAlert = z.infer<typeof KeywordAlert>;
export type SavedSearch = z.infer<typeof SavedSearch>;
export type Following = z.infer<typeof Following>;
