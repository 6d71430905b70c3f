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

/** The same position in a list ordered by a time. */
export const atTime = (after: KeysetPosition | null): [Date, string] | null =>
  after && [new Date(after[0]), after[1]];

/**
 * Filter for everything behind a position in a list; nothing for the first page. `order` names the key and then the id,
 * as `sort` takes them: 1 ascending, -1 descending.
 */
export function behind(
  order: Readonly<Record<string, 1 | -1>>,
  after: readonly [Date | number, string] | null,
): Record<string, unknown> {
  if (!after) return {};
  const [[key, direction], [id, idDirection]] = Object.entries(order) as [Step, Step];
  const further = (way: 1 | -1) => (way === 1 ? '$gt' : '$lt');
  return {
    $and: [
      // Says nothing new, but is a bound for the index: with the alternatives alone all that went before is read again.
      { [key]: { [`${further(direction)}e`]: after[0] } },
      {
        $or: [
          { [key]: { [further(direction)]: after[0] } },
          { [key]: after[0], [id]: { [further(idDirection)]: after[1] } },
        ],
      },
    ],
  };
}

type Step = [key: string, direction: 1 | -1];

/**
 * Reads a page: `read` is asked for one item more than are shown, which says whether there is a next page. Throws
 * VALIDATION_FAILED for a cursor of another list.
 */
export async function readPage<T>(
  scope: unknown,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (after: KeysetPosition | null, limit: number) => Promise<T[]>,
  positionOf: (item: T) => KeysetPosition,
): Promise<{ shown: T[]; nextCursor: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(scope, cursor, KeysetPosition);
  const found = await read(after, limit + 1);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const more = found.length > limit && last;
  return { shown, nextCursor: more ? encodeCursor(scope, positionOf(last)) : null };
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

/** All items of a list, read page after page. */
export async function* allOf<T>(
  list: (page: {
    limit: number;
    cursor?: string | undefined;
  }) => Promise<{ items: readonly T[]; nextCursor: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await list({ limit: 100, cursor });
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** The same for a list that is read at once. */
export async function* listOf<T>(read: () => Promise<readonly T[]>): AsyncGenerator<T> {
  yield* await read();
}
