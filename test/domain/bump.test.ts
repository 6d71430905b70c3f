import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../../src/contract/index.js';
import { Listing, priceEnded } from '../../src/domain/listing.js';
import { listingAbilities } from '../../src/domain/listing-access.js';

const hourMs = 3_600_000;
const start = new Date('2026-11-23T03:00:00.000Z');
const after = (hours: number) => new Date(start.getTime() + hours * hourMs);
const draftOf = (price: number) =>
  ({ title: '자전거', description: '', price, currency: 'KRW', category: 'sports' }) as const;
const aListing = (price = 100_000) =>
  Listing.create(draftOf(price), { id: 'listing', sellerId: 'seller', now: start });

/** The refusal of a bump; undefined when it is allowed. */
function refusalOf(listing: Listing, now: Date): Refusal | undefined {
  try {
    listing.bump(now);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

test('without a cut it goes to the top after 24 hours four times, then every 72 hours, ten times in all', () => {
  let listing = aListing();
  const hours: number[] = [];
  for (let hour = 0; hour < 24 * 60; hour += 1)
    if (!refusalOf(listing, after(hour))) {
      listing = listing.bump(after(hour));
      hours.push(hour);
    }
  expect(hours).toEqual([24, 48, 72, 96, 168, 240, 312, 384, 456, 528]);
  expect(refusalOf(listing, after(10_000))).toMatchObject({ code: 'LISTING_UNAVAILABLE' });
  expect(refusalOf(listing, after(10_000))!.details.retryAfterMs).toBeUndefined();
  expect(listing.snapshot().createdAt).toEqual(start);
});

test.each([
  [95_000, 1],
  [95_001, 24],
  [0, 1],
  [100_000, 24],
  [200_000, 24],
])('a new price of %d lets it go to the top after %d hours', (price, hour) => {
  const cut = aListing().edit({ price }, after(0.5));
  expect(refusalOf(cut, after(hour))).toBeUndefined();
  if (hour > 1) expect(refusalOf(cut, after(hour - 0.01))).toBeDefined();
});

test('a cut ends the wait once in seven days, and for one time only', () => {
  const first = aListing().edit({ price: 90_000 }, after(1)).bump(after(1));
  expect(refusalOf(first, after(2))).toBeDefined();
  const soon = first.edit({ price: 80_000 }, after(7 * 24));
  expect(soon.nextBumpAt).toEqual(after(25));
  const bumped = soon.bump(after(7 * 24));
  expect(
    refusalOf(bumped.edit({ price: 70_000 }, after(7 * 24 + 1)), after(8 * 24 - 1)),
  ).toBeUndefined();
  const early = first.bump(after(6 * 24)).edit({ price: 80_000 }, after(6 * 24 + 1));
  expect(refusalOf(early, after(6 * 24 + 2))).toBeDefined();
});

test('over any history of prices: only a new low, 5 % below all before, ends the wait', () => {
  const price = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(price, fc.array(price, { maxLength: 20 }), (first, history) => {
      let listing = Listing.create(
        { ...draftOf(first), state: 'draft' },
        { id: 'listing', sellerId: 'seller', now: start },
      ).edit({ price: 200_000 }, start);
      // What nobody saw does not count.
      listing = listing.edit({ price: first }, start).putTo('onSale', start);
      let lowest = first;
      for (const [at, next] of history.entries()) {
        // Each so late that no cut before it stands in the way.
        const now = after((at + 1) * 8 * 24);
        listing = listing.edit({ price: next }, now);
        const isLow = next < lowest && next * 20 <= lowest * 19;
        expect(listing.snapshot().waitEndedAt?.getTime() === now.getTime()).toBe(isLow);
        lowest = Math.min(lowest, next);
      }
    }),
  );
});

test('a price that goes up and back ends no wait', () => {
  const bumped = aListing().bump(after(24));
  const raised = bumped.edit({ price: 150_000 }, after(25)).edit({ price: 100_000 }, after(26));
  expect(raised.nextBumpAt).toEqual(after(48));
  expect(raised.edit({ price: 95_000 }, after(27)).nextBumpAt).toEqual(after(27));
});

const acts = {
  hide: (one: Listing, now: Date) => one.putTo('hidden', now),
  show: (one: Listing, now: Date) => one.putTo('onSale', now),
  sell: (one: Listing, now: Date) => one.putTo('sold', now),
  reserve: (one: Listing) => one.reserveFor('deal'),
  release: (one: Listing) => one.release('deal'),
  cut: (one: Listing, now: Date) => one.edit({ price: Math.floor(one.price * 0.9) }, now),
  raise: (one: Listing, now: Date) => one.edit({ price: one.price + 1_000 }, now),
  bump: (one: Listing, now: Date) => one.bump(now),
};

test('over any history: the view says when, the refusal says how long, and no price is lost', () => {
  const story = fc.array(
    fc.tuple(fc.constantFrom(...Object.values(acts)), fc.integer({ min: 0, max: 100 })),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(story, (history) => {
      let listing = aListing();
      let hour = 0;
      const prices = [listing.price];
      const past: number[] = [];
      for (const [act, wait] of history) {
        hour += wait;
        const now = after(hour);
        const refusal = refusalOf(listing, now);
        expect(listingAbilities(listing, 'seller', now).bump).toBe(!refusal);
        expect(listingAbilities(listing, 'buyer', now)).not.toHaveProperty('bump');
        const waitMs = refusal?.details.retryAfterMs;
        if (waitMs !== undefined) {
          const then = new Date(now.getTime() + waitMs);
          expect(listing.nextBumpAt).toEqual(then);
          expect(refusalOf(listing, new Date(then.getTime() - 1))).toBeDefined();
          expect(refusalOf(listing, then)).toBeUndefined();
        } else if (refusal) expect(listing.nextBumpAt).toBeNull();
        let next: Listing;
        try {
          next = act(listing, now);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          continue;
        }
        const ended = priceEnded(listing, next);
        if (ended) past.push(ended.price);
        if (next.price !== prices.at(-1)) prices.push(next.price);
        listing = next;
      }
      expect([...past, listing.price]).toEqual(prices);
      expect(listing.bumpsLeft).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 500 },
  );
});
