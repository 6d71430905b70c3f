import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { Refusal, limits } from '../../src/contract/index.js';
import { Deal } from '../../src/domain/deal.js';
import { Listing } from '../../src/domain/listing.js';
import { reasonToClose } from '../../src/domain/close-reason.js';
import { Offer } from '../../src/domain/offer.js';

/**
 * One listing, three buyers and whatever they do: the domain objects together, as the commands let them act in their
 * transactions. What the database adds (that nothing comes between) is proven by the races.
 */
const start = new Date('2026-11-23T03:00:00.000Z');
const buyers = ['민지', '서연', '하준'];

type Who = 'buyer' | 'seller';
type Act = { pause: number; buyer: number; who: Who } & (
  | { do: 'make' | 'counter' | 'edit'; amount: number }
  | { do: 'accept' | 'decline' | 'withdraw' | 'complete' | 'cancel' | 'choose' | 'pass' | 'offers' }
  | { do: 'put'; state: 'onSale' | 'hidden' | 'sold' }
);

const around = {
  pause: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
  ),
  buyer: fc.nat(buyers.length - 1),
  who: fc.constantFrom<Who>('buyer', 'seller'),
};
/** Few different ones, so that prices and offers often meet exactly. */
const amount = fc.integer({ min: 9, max: 21 }).map((one) => one * 5_000);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ ...around, do: fc.constant('make' as const), amount }) },
  { weight: 8, arbitrary: fc.record({ ...around, do: fc.constant('counter' as const), amount }) },
  { weight: 1, arbitrary: fc.record({ ...around, do: fc.constant('edit' as const), amount }) },
  {
    weight: 16,
    arbitrary: fc.record({
      ...around,
      do: fc.constantFrom('accept' as const, 'decline' as const, 'withdraw' as const),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      ...around,
      do: fc.constantFrom('complete' as const, 'cancel' as const, 'cancel' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...around,
      do: fc.constantFrom('choose' as const, 'pass' as const, 'offers' as const, 'offers' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...around,
      do: fc.constant('put' as const),
      state: fc.constantFrom(...(['onSale', 'onSale', 'onSale', 'hidden', 'sold'] as const)),
    }),
  },
);

class Market {
  listing = Listing.create(
    { title: '자전거', description: '', price: 100_000, currency: 'KRW', category: 'sports' },
    { id: 'listing', sellerId: 'seller', now: start },
  );
  readonly offers = new Map<string, Offer>();
  readonly deals = new Map<string, Deal>();
  private count = 0;

  /** A copy to go back to: what is refused half-way leaves nothing behind, as a transaction does. */
  attempt(one: Act, now: Date): void {
    const before = { listing: this.listing, offers: [...this.offers], deals: [...this.deals] };
    try {
      this.perform(one, now);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.listing = before.listing;
      this.offers.clear();
      this.deals.clear();
      for (const [id, offer] of before.offers) this.offers.set(id, offer);
      for (const [id, deal] of before.deals) this.deals.set(id, deal);
    }
  }

  private perform(one: Act, now: Date): void {
    const buyerId = buyers[one.buyer]!;
    const id = `act-${(this.count += 1)}`;
    const userId = one.who === 'buyer' ? buyerId : 'seller';
    const mine = [...this.offers.values()].filter((offer) => offer.buyerId === buyerId);
    const offer = mine.at(-1);
    const deal = [...this.deals.values()].at(-1);
    switch (one.do) {
      case 'make': {
        if (!this.listing.isOnSale) throw new Refusal('LISTING_UNAVAILABLE');
        for (const open of mine) this.keep(open.expire(now));
        const earlier = mine.map((open) => this.offers.get(open.id)!);
        if (earlier.some(({ open }) => open)) throw new Refusal('OFFER_NOT_ALLOWED');
        const made = Offer.make(
          {
            id,
            conversationId: buyerId,
            listingId: 'listing',
            buyerId,
            sellerId: 'seller',
            amount: one.amount,
            clientMessageId: id,
          },
          {
            price: this.listing.price,
            takesOffers: this.listing.takesOffers,
            hours: 24,
            minimum: null,
            declineAfterMs: 0,
            withdrawals: [],
            ended: earlier.filter(({ counts }) => counts).length,
          },
          now,
        );
        return this.keep(made);
      }
      case 'edit':
        return this.change(this.listing.edit({ price: one.amount }, now), now);
      case 'offers':
        return this.change(
          this.listing.edit({ offers: { enabled: !this.listing.takesOffers } }, now),
          now,
        );
      case 'put':
        return this.change(this.listing.putTo(one.state, now), now);
      case 'choose':
        return this.agree(id, null, buyerId, this.listing.price, now);
      case 'complete':
        return deal && this.settle(deal.completeBy(userId, {}, now), now);
      case 'cancel':
        return deal && this.settle(deal.cancelBy(userId, { reason: 'changedMind' }, now), now);
      case 'pass':
        for (const [, open] of this.offers) this.keep(open.expire(now));
        return;
      default:
        if (offer) this.answer(one, offer, userId, id, now);
    }
  }

  private answer(one: Act, offer: Offer, userId: string, id: string, now: Date): void {
    const seen = { version: offer.version, clientMessageId: id };
    if (one.do === 'decline') this.keep(offer.declineBy(userId, seen, now));
    if (one.do === 'withdraw') this.keep(offer.withdrawBy(userId, seen, now));
    if (one.do === 'counter')
      this.keep(offer.counterBy(userId, { ...seen, amount: one.amount }, this.listing.price, now));
    if (one.do === 'accept') {
      const { amount: standing, buyerId } = offer;
      this.keep(offer.acceptBy(userId, { ...seen, amount: standing }, id, now));
      this.agree(id, offer.id, buyerId, standing, now);
    }
  }

  private agree(id: string, offerId: string | null, buyerId: string, agreed: number, now: Date) {
    this.listing = this.listing.reserveFor(id);
    const people = { conversationId: buyerId, buyerId, sellerId: 'seller' };
    const deal = Deal.open({ id, listingId: 'listing', offerId, ...people, amount: agreed }, now);
    this.deals.set(id, deal);
    for (const [, rival] of this.offers)
      if (rival.open) this.keep(rival.close('anotherAccepted', now));
  }

  private change(after: Listing, now: Date): void {
    this.listing = after;
    for (const [, offer] of this.offers) {
      const reason = offer.open && reasonToClose(offer, after);
      if (reason) this.keep(offer.close(reason, now));
    }
  }

  private settle(deal: Deal, now: Date): void {
    this.deals.set(deal.id, deal);
    this.listing = deal.freesListing ? this.listing.release(deal.id) : this.listing.sellBy(deal.id);
    const offer = deal.offerId === null ? undefined : this.offers.get(deal.offerId);
    if (offer)
      this.keep(deal.freesListing ? offer.fallThrough('cancelledByBuyer', now) : offer.fulfil(now));
  }

  private keep(offer: Offer): void {
    this.offers.set(offer.id, offer);
  }
}

/** What must be true at every moment. By `assert`, since `expect` costs more than a whole step of a story. */
function expectInOrder(market: Market, before: Map<string, Offer>): void {
  const offers = [...market.offers.values()];
  const { state, dealId } = market.listing.snapshot();
  const open = [...market.deals.values()].filter((deal) => deal.open);
  const accepted = offers.filter((offer) => offer.state === 'accepted');
  assert(open.length <= 1);
  assert.deepEqual(
    accepted.map(({ id }) => id),
    open.flatMap(({ offerId }) => (offerId === null ? [] : [offerId])),
  );
  assert.equal(dealId, open[0]?.id ?? null);
  assert.equal(state === 'reserved', open.length === 1);
  for (const deal of market.deals.values()) {
    const offer = deal.offerId === null ? undefined : market.offers.get(deal.offerId);
    if (!offer) continue;
    assert.deepEqual([deal.amount, offer.dealId], [offer.amount, deal.id]);
    const ends = { open: 'accepted', completed: 'fulfilled', cancelled: 'fellThrough' };
    assert.equal(offer.state, ends[deal.state as keyof typeof ends]);
  }
  if (offers.some(({ state: one }) => one === 'fulfilled')) assert.equal(state, 'sold');
  for (const offer of offers) {
    if (offer.open) {
      assert.equal(state, 'onSale');
      assert(offer.amount < market.listing.price);
      assert(market.listing.takesOffers);
    }
    const earlier = before.get(offer.id);
    // What was over stays word for word; only an accepted one still has an end before it.
    if (earlier && earlier.turn === null && earlier.state !== 'accepted')
      assert.equal(offer, earlier);
  }
  for (const buyer of buyers) {
    const own = offers.filter(({ buyerId }) => buyerId === buyer);
    assert(own.filter((offer) => offer.open).length <= 1);
    assert(own.filter(({ counts }) => counts).length <= limits.offerTries);
  }
}

test('whatever three buyers and a seller do: one deal at most, and listing, deal and offers agree', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(act, { minLength: 5, maxLength: 40, size: 'max' }), (story) => {
      const market = new Market();
      let now = start;
      for (const one of story) {
        now = new Date(now.getTime() + one.pause * 60_000);
        const before = new Map(market.offers);
        market.attempt(one, now);
        expectInOrder(market, before);
      }
      for (const { state } of market.offers.values()) seen.add(state);
      seen.add(`${market.deals.size} deals`);
    }),
    { numRuns: 300 },
  );
  // Else the stories would be too tame to prove anything.
  for (const state of ['accepted', 'fulfilled', 'fellThrough', 'closed', 'expired', '2 deals'])
    expect(seen).toContain(state);
}, 60_000);
