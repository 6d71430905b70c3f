import { z } from 'zod';
import { limits } from './limits.js';
import { Amount, Coordinates, lineIfAny, writtenLine } from './primitives.js';
import { Category } from './views.js';

const circle = {
  near: Coordinates.optional().describe('Left out: anywhere'),
  radiusKm: z.number().min(0.1).max(50).default(5),
};

export const AddKeywordAlert = z.strictObject({
  keyword: writtenLine(limits.searchLength).describe('Read as `q` of a search is'),
  ...circle,
  maxPrice: Amount.optional(),
});

export const AddSavedSearch = z
  .strictObject({
    q: lineIfAny(limits.searchLength).describe('Read as `q` of a search is'),
    ...circle,
    category: Category.optional(),
    minPrice: Amount.optional(),
    maxPrice: Amount.optional(),
  })
  .describe('At least words, a place within 20 km, or a category');

export type AddKeywordAlert = z.infer<typeof AddKeywordAlert>;
export type AddSavedSearch = z.infer<typeof AddSavedSearch>;
