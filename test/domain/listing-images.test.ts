import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../../src/contract/index.js';
import { Listing } from '../../src/domain/listing.js';
import { presentCard } from '../../src/domain/listing-view.js';

const now = new Date('2026-11-23T03:00:00.000Z');
const imageOf = (id: string) => ({ id, width: 40, height: 30 });
const imagesOf = fc
  .uniqueArray(fc.constantFrom(...'abcdef'), { maxLength: 5 })
  .map((ids) => ids.map(imageOf));

type Act = (listing: Listing) => Listing;
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: imagesOf.map(
      (images): Act =>
        (one) =>
          one.edit({ images }, now),
    ),
  },
  fc.constantFrom<Act[]>(
    (one) => one.edit({ description: '벨 포함' }, now),
    (one) => one.reserveFor('deal'),
    (one) => one.release('deal'),
    (one) => one.sellBy('deal'),
    (one) => one.putTo('hidden', now),
    (one) => one.putTo('onSale', now),
    (one) => one.remove(),
  ),
);

test('over any history: images change only by an edit outside a deal, and what is not shown is let go of once', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(imagesOf, fc.array(acts, { maxLength: 12 }), (first, history) => {
      let listing = Listing.create(
        { title: '자전거', description: '', price: 9_000, currency: 'KRW', category: 'sports' },
        { id: 'listing', sellerId: 'seller', now: new Date(), images: first },
      );
      expect(listing.images).toEqual(first);
      for (const act of history) {
        const before = listing;
        try {
          listing = act(before);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          expect(before.images).toEqual(before.snapshot().images);
          continue;
        }
        const { state } = listing;
        const idsOf = (one: Listing) => one.images.map(({ id }) => id);
        const held = before.snapshot().dealId !== null;
        if (held) expect(idsOf(listing)).toEqual(idsOf(before));
        const shown = state === 'removed' ? [] : idsOf(listing);
        const gone = listing.imagesGoneSince(before);
        expect(gone).toEqual(idsOf(before).filter((id) => !shown.includes(id)));
        const card = presentCard('listing', listing);
        const cover = state === 'removed' ? undefined : listing.images[0];
        expect(card.thumb).toBe(cover ? `/v1/images/${cover.id}/thumb` : null);
        // Conversations are told when their card changes.
        const old = presentCard('listing', before);
        if (JSON.stringify(card) !== JSON.stringify(old)) expect(listing.cardChanged).toBe(true);
        if (held) seen.add('held');
        if (gone.length > 0) seen.add(state === 'removed' ? 'removed' : 'dropped');
      }
    }),
    { numRuns: 1_000 },
  );
  expect([...seen].sort()).toEqual(['dropped', 'held', 'removed']);
});
