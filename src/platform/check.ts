import type { z } from 'zod';
import { Refusal, withoutLeftOut } from '../contract/index.js';

/**
 * Validates what came in, on both doors; nothing at all, or null, is an empty object. `part` names where it came from
 * in the field errors. Throws VALIDATION_FAILED.
 */
export function check<T extends z.ZodType>(schema: T, input: unknown, part: string): z.output<T> {
  const parsed = schema.safeParse(withoutLeftOut(schema, input ?? {}));
  if (parsed.success) return parsed.data;
  throw new Refusal('VALIDATION_FAILED', undefined, {
    errors: parsed.error.issues.slice(0, 20).map((issue) => ({
      path: [part, ...issue.path.map(String)].filter(Boolean).join('.'),
      message: issue.message,
    })),
  });
}
