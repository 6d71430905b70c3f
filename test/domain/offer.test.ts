import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../../src/contract/index.js';
import { Offer } from '../../src/offers/offer.js';

const start = new Date('2026-11-23T03:00:00.000Z');
const later = (minutes: number) => new Date(start.getTime() + minutes * 60_000);

const anOffer = (amount = 80_000, price = 100_000) =>
  Offer.make(
    {
      id: 'offer',
      conversationId: 'conversation',
      listingId: 'listing',
      buyerId: 'buyer',
      sellerId: 'seller',
      amount,
      clientMessageId: 'made-by-buyer',
    },
    {
      price,
      takesOffers: true,
      hours: 24,
      minimum: null,
      declineAfterMs: 30_000,
      ended: 0,
      withdrawals: [],
    },
    start,
  );

const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
};

test('an amount is taken exactly when it is at least half, below the price and a multiple of 100', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 300_000 }),
      fc.integer({ min: 100, max: 200_000 }),
      (amount, price) => {
        const allowed = amount * 2 >= price && amount < price && amount % 100 === 0;
        expect(refusalOf(() => anOffer(amount, price))).toBe(
          allowed ? 'none' : 'OFFER_NOT_ALLOWED',
        );
      },
    ),
    {
      examples: [
        [50_000, 100_000],
        [49_900, 100_000],
        [100_000, 100_000],
        [99_950, 100_000],
      ],
    },
  );
});

type Act =
  | { do: 'accept'; by: 'buyer' | 'seller'; amount: number; version: number }
  | { do: 'decline' | 'withdraw'; by: 'buyer' | 'seller'; version: number }
  | { do: 'close' | 'expire' };

const people = fc.constantFrom<'buyer' | 'seller'>('buyer', 'seller');
const version = fc.integer({ min: 1, max: 3 });
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constant('accept' as const),
    by: people,
    amount: fc.constantFrom(80_000, 70_000),
    version,
  }),
  fc.record({ do: fc.constantFrom('decline' as const, 'withdraw' as const), by: people, version }),
  fc.record({ do: fc.constantFrom('close' as const, 'expire' as const) }),
);

function perform(offer: Offer, act: Act, minute: number): Offer {
  const now = later(minute);
  const seen = { version: 'version' in act ? act.version : 1, clientMessageId: `act-${minute}` };
  switch (act.do) {
    case 'accept':
      return offer.acceptBy(act.by, { ...seen, amount: act.amount }, 'deal', now);
    case 'decline':
      return offer.declineBy(act.by, seen, now);
    case 'withdraw':
      return offer.withdrawBy(act.by, seen, now);
    case 'close':
      return offer.open ? offer.close('anotherAccepted', now) : offer;
    case 'expire':
      return offer.isExpiredAt(now) ? offer.expire(now) : offer;
  }
}

test('over any history: final states stay, one side has the turn, the amount moves only by its maker', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(acts, fc.integer({ min: 0, max: 2_000 })), { maxLength: 12 }),
      (story) => {
        let offer = anOffer();
        let minute = 0;
        for (const [act, pause] of story) {
          minute += pause;
          const before = offer;
          try {
            offer = perform(offer, act, minute);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
            expect(offer).toBe(before);
            continue;
          }
          if (offer === before) continue;
          expect(before.open).toBe(true);
          expect(offer.version).toBe(before.version + 1);
          expect(offer.amount).toBe(80_000);
          if (offer.state === 'accepted') {
            expect(act).toMatchObject({
              do: 'accept',
              by: 'seller',
              amount: 80_000,
              version: before.version,
            });
            expect(later(minute).getTime()).toBeLessThan(before.expiresAt.getTime());
          }
        }
        expect(offer.turn === null).toBe(!offer.open);
        expect(offer.at(offer.version).moves).toEqual([
          { by: 'buyer', amount: 80_000, at: start.toISOString() },
        ]);
      },
    ),
  );
});

test('refusals say what stands: the wrong amount, the wrong version, the wrong side, too late', () => {
  const offer = anOffer();
  const seen = { amount: 80_000, version: 1, clientMessageId: 'accept-1' };
  const accept = (who: string, change: object, now = later(1)) =>
    refusalOf(() => offer.acceptBy(who, { ...seen, ...change }, 'deal', now));
  expect(accept('seller', { amount: 79_900 })).toBe('OFFER_CHANGED');
  expect(accept('seller', { version: 2 })).toBe('OFFER_CHANGED');
  expect(accept('buyer', {})).toBe('FORBIDDEN');
  expect(accept('seller', {}, later(24 * 60))).toBe('OFFER_EXPIRED');
  expect(accept('seller', {})).toBe('none');
  expect(refusalOf(() => offer.withdrawBy('seller', seen, later(1)))).toBe('FORBIDDEN');
  expect(refusalOf(() => offer.close('sold', later(1)).declineBy('seller', seen, later(2)))).toBe(
    'LISTING_UNAVAILABLE',
  );
});

test('an act of the log is the same whenever it is told: later acts change nothing of it', () => {
  const offer = anOffer();
  const accepted = offer.acceptBy(
    'seller',
    { amount: 80_000, version: 1, clientMessageId: 'accept-1' },
    'deal',
    later(5),
  );
  expect(accepted.at(1)).toEqual(offer.at(1));
  expect(accepted.at(2)).toMatchObject({
    act: 'accepted',
    state: 'accepted',
    turn: null,
    version: 2,
  });
  expect(accepted.stepSentAs('seller', 'accept-1')?.version).toBe(2);
  expect(accepted.stepSentAs('buyer', 'accept-1')).toBeNull();
});
