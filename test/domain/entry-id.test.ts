import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entryIdOf, placeIn } from '../../src/domain/entry-id.js';
import { numberedId, readNumberedId } from '../../src/platform/stored-ids.js';

const places = fc.record({
  conversationId: fc.uuid({ version: 5 }),
  seq: fc.integer({ min: 1, max: 2 ** 24 - 1 }),
  createdAt: fc.date({ min: new Date(0), max: new Date(2 ** 47), noInvalidDate: true }),
});

test('the id of an entry is a UUID that says where the entry is', () => {
  fc.assert(
    fc.property(places, (place) => {
      const id = entryIdOf(place);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
      const found = placeIn(id)!;
      expect(found.seq).toBe(place.seq);
      expect(place.conversationId.startsWith(found.begins)).toBe(true);
    }),
  );
});

test('ids grow with time, and no two entries of a log share one', () => {
  fc.assert(
    fc.property(places, places, (one, other) => {
      if (one.createdAt < other.createdAt) expect(entryIdOf(one) < entryIdOf(other)).toBe(true);
      const beside = { ...one, seq: other.seq };
      expect(entryIdOf(beside) === entryIdOf(one)).toBe(other.seq === one.seq);
    }),
  );
});

test('the key of an entry gives back its place, and sorts as the log does', () => {
  const numbers = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(fc.uuid(), numbers, numbers, (id, one, other) => {
      const [first, second] = [numberedId(id, one), numberedId(id, other)];
      expect(readNumberedId(first)).toEqual({ id, number: one });
      expect(Math.sign(Buffer.compare(first.buffer, second.buffer))).toBe(Math.sign(one - other));
    }),
  );
});
