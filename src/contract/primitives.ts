import { z } from 'zod';
import { limits } from './limits.js';
import { cleanText, isText, isVisible, lineOf, trimText } from './text.js';
import { inUtc } from './time.js';

/** An object of the contract, which is a component of the documents under this name. */
export const named = <T extends z.core.$ZodLooseShape>(id: string, shape: T) =>
  z.object(shape).meta({ id });

/** The same for one of several words. */
export const oneOf = <const T extends readonly string[]>(id: string, words: T) =>
  z.enum(words).meta({ id });

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

/** Part of the answer to a write. Some client libraries give an answer to the wrong callback; this shows it. */
export const repeatedId = {
  clientMessageId: ClientMessageId.optional().describe('The one that was sent, if one was'),
};

/** Ids of images, each once. */
export const imageIds = (max: number) =>
  z
    .array(Id)
    .max(max)
    .refine((ids) => new Set(ids).size === ids.length, 'names an image twice');

export const Timestamp = z.iso
  .datetime({ precision: 3 })
  .meta({ id: 'Timestamp', description: 'RFC 3339, UTC, with milliseconds' });

/** A time that a client sends, in every spelling of RFC 3339. Validation turns it into a {@link Timestamp}. */
export const Moment = z
  .string()
  .overwrite((text) => inUtc(text) ?? text)
  .refine((text) => inUtc(text) !== undefined, 'is not a time like 2026-03-02T18:15:00+09:00')
  .meta({
    id: 'Moment',
    format: 'date-time',
    description: 'RFC 3339 in every spelling: with or without fractions, with any offset',
    examples: ['2026-03-02T18:15:00+09:00', '2026-03-02T09:15:00.120Z'],
  });

export const Seq = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
/** A position: 0 is "before the first entry". */
export const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const Currency = z.enum(['KRW']).meta({ id: 'Currency' });
export const Amount = z.number().int().min(0).max(limits.priceMaxWon).meta({
  id: 'Amount',
  description: 'Whole number in the smallest unit of the currency; for KRW that is won',
});

/** Text that people write: cleaned first and measured then, see `text.ts`. */
const written = (clean: (text: string) => string, max: number) =>
  z.string().overwrite(clean).max(max).refine(isText, 'holds characters that are not text');
const shown = (clean: (text: string) => string, max: number) =>
  written(clean, max).min(1).refine(isVisible, 'is blank');
/** Optional text; one in which nothing can be seen counts as left out: see `left-out.ts`. */
const shownIfAny = (clean: (text: string) => string, max: number) =>
  written(clean, max)
    .refine(isVisible, { message: 'is blank', params: { leftOut: () => true } })
    .optional();

/** Text of one line or more that is not blank; blanks around it are cut off. */
export const writtenText = (max: number) => shown(trimText, max);
/** The same on one line. */
export const writtenLine = (max: number) => shown(lineOf, max);
/** Optional text of one line or more, such as a note. */
export const textIfAny = (max: number) => shownIfAny(trimText, max);
export const lineIfAny = (max: number) => shownIfAny(lineOf, max);
/** Like {@link writtenText}, but may be empty. */
export const optionalText = (max: number) => written(trimText, max);

/** A message keeps its blanks, but something of it must be visible. */
export const MessageText = shown(cleanText, limits.textLength);
/** The same for a text that may be a caption: only a message of kind `text` must show some. */
export const messageTextOrCaption = () =>
  written(cleanText, limits.textLength)
    .min(1)
    .refine(isVisible, { message: 'is blank', params: { leftOut: isCaption } })
    .optional();
const isCaption = ({ kind = 'text' }: { kind?: unknown }): boolean => kind !== 'text';

export const Coordinates = z
  .strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  })
  .meta({ id: 'Coordinates' });

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
