import { z } from 'zod';

/**
 * Returns the input without the fields that count as left out: an optional field that is null, an optional list that is
 * empty where the schema wants at least one item, and an optional text in which nothing can be seen. Many languages and
 * forms send these for a field that was not set. A null that the schema allows stays, and so does every required field.
 * A field that may be changed but must not be blank, such as a title, is no optional text.
 */
export function withoutLeftOut(schema: z.ZodType, input: unknown): unknown {
  const inner = unwrapped(schema);
  if (Array.isArray(input))
    return inner instanceof z.ZodArray
      ? input.map((item) => withoutLeftOut(inner.element as z.ZodType, item))
      : input;
  if (typeof input !== 'object' || input === null || !(inner instanceof z.ZodObject)) return input;
  const shape = inner.shape as Record<string, z.ZodType>;
  return Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) => {
      const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (!field) return [[name, value]];
      return isLeftOut(field, value, input) ? [] : [[name, withoutLeftOut(field, value)]];
    }),
  );
}

function isLeftOut(field: z.ZodType, value: unknown, whole: object): boolean {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  const isNothing = value === null || (isEmptyList && unwrapped(field) instanceof z.ZodArray);
  if (!isNothing && typeof value !== 'string') return false;
  if (!field.safeParse(undefined).success) return false;
  const { error } = field.safeParse(value);
  return error !== undefined && (isNothing || error.issues.some((issue) => isBlank(issue, whole)));
}

/** The issue of an optional text says, given the object that it was sent in, whether the text counts as left out. */
const isBlank = (issue: z.core.$ZodIssue, whole: object): boolean =>
  issue.code === 'custom' &&
  issue.path.length === 0 &&
  typeof issue.params?.['leftOut'] === 'function' &&
  (issue.params['leftOut'] as (whole: object) => boolean)(whole);

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}
