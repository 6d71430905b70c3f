import { z } from 'zod';
import { limits } from './limits.js';

/** Opaque id: clients compare it, nothing else. */
export const Id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not an id')
  .meta({ id: 'Id', description: 'Opaque id', examples: ['0199f3b2-8a4e-7c33-9d5e-1f2a3b4c5d6e'] });

/** Made once per intent by the sender's device and kept through every retry. */
export const ClientMessageId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 letters, digits, - or _')
  .meta({
    id: 'ClientMessageId',
    description:
      'Made once per intent by the sender (a UUID is good) and sent again unchanged on every retry',
  });

export const Timestamp = z.iso
  .datetime({ precision: 3 })
  .meta({ id: 'Timestamp', description: 'RFC 3339, UTC, with milliseconds' });

export const Seq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
/** A position: 0 is "before the first entry". */
export const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const Currency = z.enum(['KRW']).meta({ id: 'Currency' });
export const Amount = z
  .number()
  .int()
  .min(0)
  .max(limits.priceMax)
  .meta({ id: 'Amount', description: "Integer in the currency's minor unit (KRW has none)" });

/** Text that people wrote: real characters only. NUL and lone surrogates break databases and screens further on. */
const written = (max: number) =>
  z
    .string()
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !text.includes('\u0000'),
      'holds characters that are not text',
    );

/** One line or more, not blank, blanks around it cut off. */
export const writtenText = (max: number) => written(max).trim().min(1);
/** Like {@link writtenText}, but may be empty. */
export const optionalText = (max: number) => written(max).trim();

/** A message keeps its blanks; it only must not be made of nothing visible. */
export const MessageText = written(limits.textLength)
  .min(1)
  .refine((text) => /[^\s\p{Cf}]/u.test(text), 'is blank');

export const Coordinates = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

export const Cursor = z.string().max(512).meta({
  id: 'Cursor',
  description: 'Opaque; bound to the filters and the order it was made for',
});

export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(limits.pageMax).default(limits.pageDefault),
  cursor: Cursor.optional(),
};

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: Cursor.nullable() });
