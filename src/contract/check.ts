import { z } from 'zod';
import { Refusal } from './errors.js';
import { withoutLeftOut } from './left-out.js';

/**
 * Validates what came in, on both doors; nothing at all, or null, is an empty object. `part` says where it came from: it
 * stands before each path in the field errors, and nothing does for a body or payload. Throws VALIDATION_FAILED.
 */
export function check<T extends z.ZodType>(
  schema: T,
  input: unknown,
  part: '' | 'query' | 'path',
): z.output<T> {
  // Nothing of what passes as it is counts as left out.
  const asSent = schema.safeParse(input ?? {});
  if (asSent.success) return asSent.data;
  const parsed = schema.safeParse(withoutLeftOut(schema, input ?? {}));
  if (parsed.success) return parsed.data;
  throw new Refusal('VALIDATION_FAILED', undefined, {
    errors: parsed.error.issues.slice(0, 20).map((issue) => ({
      path: [part, ...issue.path.map(String)].filter(Boolean).join('.'),
      message: issue.message,
    })),
  });
}

/** What a write is answered, with the `clientMessageId` that it was sent with, where the answer's schema has one. */
export function repeatingId<T>(schema: z.ZodType | null, input: unknown, answer: T): T {
  const { clientMessageId } = (input ?? {}) as { clientMessageId?: unknown };
  if (clientMessageId === undefined || !(schema instanceof z.ZodObject)) return answer;
  return 'clientMessageId' in schema.shape ? { ...answer, clientMessageId } : answer;
}
