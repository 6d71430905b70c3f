import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../contract/index.js';

/**
 * Opaque keyset cursors. `scope` is everything the page depends on (filters, order, person): a cursor made for
 * another list is refused instead of giving a page that skips or repeats.
 */
export function encodeCursor(scope: unknown, position: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(scope), position])).toString('base64url');
}

/**
 * The position in a cursor; throws VALIDATION_FAILED when the cursor is not one of this list. The text comes from
 * outside and goes into queries, so its form is checked like any other input.
 */
export function decodeCursor<T extends z.ZodType>(
  scope: unknown,
  cursor: string,
  position: T,
): z.output<T> {
  try {
    const parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (Array.isArray(parsed) && parsed[0] === fingerprint(scope)) {
      const checked = position.safeParse(parsed[1]);
      if (checked.success) return checked.data;
    }
  } catch {
    // Not one of our cursors: answered below like a cursor of another list.
  }
  throw new Refusal('VALIDATION_FAILED', 'The cursor does not belong to this list', {
    errors: [{ path: 'cursor', message: 'does not belong to this list' }],
  });
}

/** The most milliseconds that a date can hold; numbers in other lists are far smaller. */
export const latest = 8_640_000_000_000_000;

/** Position in a list ordered by a number (or time in ms) and then by id. */
export const KeysetPosition = z.tuple([z.number().min(0).max(latest), z.string().max(64)]);
export type KeysetPosition = z.infer<typeof KeysetPosition>;

/**
 * Filter for everything behind a position in a list ordered by `key` and then by `id`; nothing for the first page.
 * A date key is given as its time in ms.
 */
export function behind(
  order: { key: string; date: boolean; direction: 1 | -1; id: string; idDirection: 1 | -1 },
  after: KeysetPosition | null,
): Record<string, unknown> {
  if (!after) return {};
  const at = order.date ? new Date(after[0]) : after[0];
  const further = (direction: 1 | -1) => (direction === 1 ? '$gt' : '$lt');
  return {
    $or: [
      { [order.key]: { [further(order.direction)]: at } },
      { [order.key]: at, [order.id]: { [further(order.idDirection)]: after[1] } },
    ],
  };
}

const fingerprint = (scope: unknown): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 12);

export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The first items that fit into so many bytes of an answer, and at least one. */
export function fitting<T>(items: readonly T[], bytes: number): T[] {
  let room = bytes;
  const end = items.findIndex((item, index) => {
    room -= bytesOf(item);
    return room < 0 && index > 0;
  });
  return end === -1 ? [...items] : items.slice(0, end);
}
