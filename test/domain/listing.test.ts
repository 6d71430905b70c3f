import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal, limits } from '../../src/contract/index.js';
import { Listing } from '../../src/domain/listing.js';
import { conversationAbilities, listingAbilities } from '../../src/domain/listing-access.js';
import { mayOffer } from '../../src/domain/may-offer.js';

const now = new Date('2026-11-23T03:00:00.000Z');
const aListing = (price: number) =>
  Listing.create(
    { title: '자전거', description: '', price, currency: 'KRW', category: 'sports' },
    { id: 'listing', sellerId: 'seller', now },
  );

const isAllowed = (act: () => unknown): boolean => {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
};

test('offers are taken exactly where there is an amount that may be offered', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.nat(limits.priceMaxWon)),
      (price) => {
        const { takesOffers } = aListing(price);
        const ground = {
          price,
          takesOffers,
          hours: 24,
          minimum: null,
          declineAfterMs: 0,
          ended: 0,
        };
        // The one that lies highest is allowed when any is.
        const highest =
          Math.ceil(price / limits.offerStepWon) * limits.offerStepWon - limits.offerStepWon;
        const may = (amount: number) =>
          isAllowed(() => mayOffer(amount, { ...ground, takesOffers: true, withdrawals: [] }, now));
        expect(takesOffers).toBe(price > 0 && may(highest));
      },
    ),
    { examples: [[1], [99], [100], [101], [150], [200], [201]], numRuns: 1_000 },
  );
});

const acts = {
  hide: (one: Listing) => one.putTo('hidden', now),
  show: (one: Listing) => one.putTo('onSale', now),
  sell: (one: Listing) => one.putTo('sold', now),
  reserve: (one: Listing) => one.reserveFor('deal'),
  release: (one: Listing) => one.release('deal'),
  complete: (one: Listing) => one.sellBy('deal'),
  undo: (one: Listing) => one.unsell('deal'),
  remove: (one: Listing) => one.remove(),
};

test('over any history: what was removed stays removed, whatever moderators and deals do to it', () => {
  const others = {
    blind: (one: Listing) => one.blind('fraud', now),
    unblind: (one: Listing) => one.unblind(),
    ban: (one: Listing) => one.screened(['담배'], now),
    allow: (one: Listing) => one.screened([], now),
    removeWithOwner: (one: Listing) => one.removeWithOwner(),
  };
  const steps = [...Object.values(acts), ...Object.values(others)];
  let whileBlinded = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 10 }), (history) => {
      let listing = aListing(100_000);
      for (const act of history) {
        const before = listing;
        try {
          listing = act(listing);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
        if (before.state === 'removed') expect(listing.state).toBe('removed');
        else if (listing.state === 'removed') {
          if (before.state === 'blinded') whileBlinded += 1;
          expect(listing.snapshot().blinded).toBeNull();
        }
      }
    }),
    {
      examples: [
        [[others.blind, acts.remove, others.unblind]],
        [[others.blind, others.removeWithOwner, others.unblind]],
      ],
      numRuns: 500,
    },
  );
  expect(whileBlinded).toBeGreaterThan(0);
});

test('one that was removed while it was blinded, as it was once stored, is not brought back', () => {
  const blinded = aListing(100_000).blind('fraud', now).snapshot();
  const listing = new Listing({ ...blinded, state: 'removed' });
  expect(listing.unblind()).toBe(listing);
});

test('over any history: what the owner is said to be able to do is what is not refused', () => {
  const reached = new Set<string>();
  const story = fc.array(fc.constantFrom(...Object.values(acts)), { maxLength: 8 });
  fc.assert(
    fc.property(story, (history) => {
      let listing = aListing(100_000);
      for (const act of history) {
        try {
          listing = act(listing);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }
      const { state, dealId, soldElsewhere, soldBy } = listing.snapshot();
      reached.add(`${state} ${dealId} ${soldElsewhere}`);
      const may = listingAbilities(listing, 'seller', now);
      expect(may.edit).toBe(isAllowed(() => listing.edit({ description: '벨 포함' }, now)));
      expect(may.remove).toBe(isAllowed(() => listing.remove()));
      for (const to of ['onSale', 'hidden', 'sold'] as const) {
        const put = (one: Listing) => one.putTo(to, now);
        const bought = to === 'onSale' && soldBy !== null ? acts.undo : put;
        const act = dealId !== null && to === 'sold' ? acts.complete : bought;
        if (to !== state) expect(may.states!.includes(to)).toBe(isAllowed(() => act(listing)));
      }
      expect(may.states!.includes('reserved')).toBe(isAllowed(() => acts.reserve(listing)));
      const others = listingAbilities(listing, 'buyer', now);
      // What an act of somebody else needs of it is asked of the database: that it is on sale and nobody holds it.
      const free = state === 'onSale' && dealId === null;
      expect(others).toMatchObject({ edit: false, remove: false, offer: free });
      for (const closed of [true, false])
        expect(conversationAbilities(listing, 'buyer', closed)).toEqual({ offer: free && !closed });
      expect(conversationAbilities(listing, 'seller', false)).toEqual({ offer: false });
    }),
    { numRuns: 1_000 },
  );
  for (const one of [
    'onSale null false',
    'sold null true',
    'sold null false',
    'reserved deal false',
  ])
    expect(reached).toContain(one);
});
