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

/** Control characters other than line break and tab, and marks that turn the direction of what follows. */
const notText = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/;

/** Text that people wrote: real characters only. The others break databases and deceive readers further on. */
const written = (max: number) =>
  z
    .string()
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !notText.test(text),
      'holds characters that are not text',
    );

/** Something to see, beside blanks and invisible marks. */
const isVisible = (text: string) => /[^\s\p{Cf}]/u.test(text);

/** One line or more, not blank, blanks around it cut off. */
export const writtenText = (max: number) =>
  written(max).trim().min(1).refine(isVisible, 'is blank');
/** The same on one line. */
export const writtenLine = (max: number) =>
  writtenText(max).refine((text) => !/[\n\t]/.test(text), 'must be one line');
/** Like {@link writtenText}, but may be empty. */
export const optionalText = (max: number) => written(max).trim();

/** A message keeps its blanks; it only must not be made of nothing visible. */
export const MessageText = written(limits.textLength).min(1).refine(isVisible, 'is blank');

export const Coordinates = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

export const Cursor = z.string().max(512).meta({
  id: 'Cursor',
  description: 'Opaque; bound to the filters and the order it was made for',
});

/** A number in an address: plain decimal digits, where `Number` would also take `0x10`, blanks and nothing at all. */
export const inAddress = <T extends z.ZodNumber>(number: T) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value),
    number,
  );

export const PageQuery = {
  limit: inAddress(z.number().int().min(1).max(limits.pageMax)).default(limits.pageDefault),
  cursor: Cursor.optional(),
};

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: Cursor.nullable() });
