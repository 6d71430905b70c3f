import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newestRanges } from '../../src/conversations/search-messages.js';

const rows = fc.array(fc.record({ conversationId: fc.uuid(), lastSeq: fc.nat(500) }));

test('a search looks through the newest entries as far as its budget goes, and says whether that was all', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 2_000 }), (own, budget) => {
      const { ranges, complete } = newestRanges(own, budget);
      const all = own.reduce((sum, { lastSeq }) => sum + lastSeq, 0);
      const read = ranges.reduce(
        (sum, { afterSeq }, index) => sum + own[index]!.lastSeq - afterSeq,
        0,
      );
      expect(read).toBe(Math.min(all, budget));
      expect(ranges.map(({ conversationId }) => conversationId)).toEqual(
        own.slice(0, ranges.length).map(({ conversationId }) => conversationId),
      );
      // Of all but the last everything is read.
      expect(ranges.slice(0, -1).every(({ afterSeq }) => afterSeq === 0)).toBe(true);
      if (all > budget) expect(complete).toBe(false);
      if (all < budget) expect(complete).toBe(true);
    }),
  );
});
