import { z } from 'zod';

/** What a write is answered, with the `clientMessageId` that it was sent with, where the answer's schema has one. */
export function repeatingId<T>(schema: z.ZodType | null, input: unknown, answer: T): T {
  const { clientMessageId } = (input ?? {}) as { clientMessageId?: unknown };
  if (clientMessageId === undefined || !(schema instanceof z.ZodObject)) return answer;
  return 'clientMessageId' in schema.shape ? { ...answer, clientMessageId } : answer;
}
