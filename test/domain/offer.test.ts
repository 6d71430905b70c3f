import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal, limits, tradeLimits, type view } from '../../src/contract/index.js';
import { counterRange } from '../../src/domain/counter-range.js';
import { deadlineAfter } from '../../src/domain/deadline.js';
import { pauseUntil } from '../../src/domain/may-offer.js';
import { offerTransitions, turnIn } from '../../src/domain/offer-transitions.js';
import { Offer } from '../../src/domain/offer.js';

/** Noon in Seoul. */
const start = new Date('2026-11-23T03:00:00.000Z');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const later = (minutes: number) => new Date(start.getTime() + minutes * minuteMs);
const price = 100_000;

const ground = {
  price,
  takesOffers: true,
  hours: 24,
  minimum: null as number | null,
  declineAfterMs: 30_000,
  ended: 0,
  withdrawals: [] as Date[],
};
const draft = {
  id: 'offer',
  conversationId: 'conversation',
  listingId: 'listing',
  buyerId: 'buyer',
  sellerId: 'seller',
  clientMessageId: 'made-by-buyer',
};
const anOffer = (amount = 80_000, on: Partial<typeof ground> = {}) =>
  Offer.make({ ...draft, amount }, { ...ground, ...on }, start);

const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'none';
};

describe('the first price', () => {
  test('is taken exactly when it is at least half, below the price and a multiple of 100', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300_000 }),
        fc.integer({ min: 100, max: 200_000 }),
        (amount, asked) => {
          const allowed = amount * 2 >= asked && amount < asked && amount % 100 === 0;
          expect(refusalOf(() => anOffer(amount, { price: asked }))).toBe(
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

  test('is refused after three tries and where the seller takes none', () => {
    expect(refusalOf(() => anOffer(80_000, { ended: 2 }))).toBe('none');
    expect(anOffer(80_000, { ended: 2 }).view().attempt).toBe(3);
    expect(refusalOf(() => anOffer(80_000, { ended: 3 }))).toBe('OFFER_NOT_ALLOWED');
    expect(refusalOf(() => anOffer(80_000, { takesOffers: false }))).toBe('OFFER_NOT_ALLOWED');
  });

  test('only what failed by the number of the buyer is a try', () => {
    const ends: [string, (offer: Offer, version: number) => Offer, 'whoseNumber' | 'never'][] = [
      [
        'declined',
        (offer, version) => offer.declineBy(offer.turn!, by(version), later(9)),
        'whoseNumber',
      ],
      [
        'withdrawn',
        (offer, version) => offer.withdrawBy(notTurn(offer), by(version), later(9)),
        'whoseNumber',
      ],
      ['expired', (offer) => offer.expire(later(72 * 60)), 'whoseNumber'],
      ['closed', (offer) => offer.close('anotherAccepted', later(9)), 'never'],
      ['accepted', (offer, version) => agreed(offer, version), 'never'],
      ['fulfilled', (offer, version) => agreed(offer, version).fulfil(later(10)), 'never'],
      [
        'fellThrough',
        (offer, version) => agreed(offer, version).fallThrough('noShow', later(10)),
        'never',
      ],
    ];
    const by = (version: number) => ({ version, clientMessageId: `an-answer-${version}` });
    const notTurn = (offer: Offer) => (offer.turn === 'buyer' ? 'seller' : 'buyer');
    const agreed = (offer: Offer, version: number) =>
      offer.acceptBy(offer.turn!, { ...by(version), amount: offer.amount }, 'deal', later(9));
    const counters = fc.integer({ min: 0, max: tradeLimits.offerMoves - 1 });
    fc.assert(
      fc.property(counters, fc.constantFrom(...ends), (many, [state, end, rule]) => {
        let offer = anOffer(60_000);
        for (let step = 0; step < many; step += 1) {
          const named = offer.turn === 'seller' ? 90_000 - step * 1_000 : 60_000 + step * 1_000;
          const seen = { ...by(offer.version), amount: named };
          offer = offer.counterBy(offer.turn!, seen, price, later(step));
        }
        const ofBuyer = offer.turn === 'seller';
        const ended = end(offer, offer.version);
        expect(ended.state).toBe(state);
        expect(ended.counts).toBe(rule === 'whoseNumber' && ofBuyer);
      }),
      { numRuns: 300 },
    );
  });

  test('pauses for a day after the third one taken back within a day', () => {
    const hour = fc.integer({ min: 0, max: 24 * 10 });
    fc.assert(
      fc.property(fc.array(hour, { maxLength: 8 }), (hours) => {
        const taken = hours.map((one) => later(one * 60)).sort((a, b) => +b - +a);
        const [last, , third] = taken;
        const many = last && third && +last - +third <= 24 * hourMs;
        expect(pauseUntil(taken)).toEqual(many ? new Date(+last + 24 * hourMs) : null);
      }),
    );
    const withdrawals = [-30, -20, -10].map(later);
    expect(refusalOf(() => anOffer(80_000, { withdrawals }))).toBe('OFFER_NOT_ALLOWED');
    expect(refusalOf(() => anOffer(80_000, { withdrawals: withdrawals.slice(1) }))).toBe('none');
    const yesterday = [-1460, -1450, -1441].map(later);
    expect(refusalOf(() => anOffer(80_000, { withdrawals: yesterday }))).toBe('none');
  });
});

describe('time', () => {
  const seoulHour = (moment: Date) => (moment.getUTCHours() + 9) % 24;

  test('no offer ends in the night; by day it stands exactly as long as the seller chose', () => {
    const moment = fc.integer({ min: 0, max: 366 * 24 * 3600 * 1000 });
    fc.assert(
      fc.property(moment, fc.constantFrom(24, 48, 168), (ms, hours) => {
        const from = new Date(start.getTime() + ms);
        const plain = new Date(from.getTime() + hours * hourMs);
        const until = deadlineAfter(from, hours);
        const local = seoulHour(plain);
        if (local >= 22 || local < 8) {
          expect([seoulHour(until), until.getUTCMinutes(), until.getTime() % minuteMs]).toEqual([
            10, 0, 0,
          ]);
          expect(until.getTime() - plain.getTime()).toBeLessThanOrEqual(12 * hourMs);
          expect(until.getTime()).toBeGreaterThan(plain.getTime());
        } else expect(until).toEqual(plain);
      }),
    );
  });

  test('the edges of the night: 21:59:59.999 stands, 22:00 moves on, 7:59 moves on, 8:00 stands', () => {
    const at = (time: string) => new Date(`2026-11-23T${time}+09:00`);
    expect(deadlineAfter(at('21:59:59.999'), 24)).toEqual(new Date('2026-11-24T12:59:59.999Z'));
    expect(deadlineAfter(at('22:00:00.000'), 24)).toEqual(new Date('2026-11-25T01:00:00.000Z'));
    expect(deadlineAfter(at('07:59:59.999'), 24)).toEqual(new Date('2026-11-24T01:00:00.000Z'));
    expect(deadlineAfter(at('08:00:00.000'), 24)).toEqual(new Date('2026-11-23T23:00:00.000Z'));
  });

  test('an offer ends at its deadline, not before and not twice; a counter restarts the clock', () => {
    const offer = anOffer();
    expect(offer.dueAt).toEqual(later(24 * 60));
    expect(offer.remindAt).toEqual(later(20 * 60));
    expect(offer.expire(later(24 * 60 - 1))).toBe(offer);
    const expired = offer.expire(later(24 * 60));
    expect(expired).toMatchObject({ state: 'expired', version: 2, dueAt: null, remindAt: null });
    expect(expired.expire(later(25 * 60))).toBe(expired);
    const seen = { amount: 90_000, version: 1, clientMessageId: 'counter-1' };
    expect(offer.counterBy('seller', seen, price, later(60)).dueAt).toEqual(later(25 * 60));
  });
});

describe('the table of transitions', () => {
  test('nobody leaves a final state, and where an answer is awaited only one side can give it', () => {
    const states = new Set(offerTransitions.map(({ to }) => to));
    const final = [...states].filter((one) => !offerTransitions.some(({ from }) => from === one));
    // What is fulfilled can still fall through, while the seller may undo the sale.
    expect(final.sort()).toEqual(['closed', 'declined', 'expired', 'fellThrough', 'withdrawn']);
    for (const state of states) {
      const answers = offerTransitions.filter(
        ({ from, act }) => from === state && ['accepted', 'declined', 'countered'].includes(act),
      );
      expect(new Set(answers.map(({ who }) => who)).size).toBeLessThanOrEqual(1);
      if (answers.length > 0) expect(answers[0]!.who).toBe(turnIn(state));
    }
    expect(turnIn('awaitingSeller')).toBe('seller');
    expect(turnIn('awaitingBuyer')).toBe('buyer');
    expect(turnIn('accepted')).toBeNull();
  });
});

type Side = view.OfferSide;
type Act =
  | { do: 'accept' | 'counter'; by: Side; amount: number; stale: boolean }
  | { do: 'decline' | 'withdraw'; by: Side; stale: boolean }
  | { do: 'close' | 'expire' | 'fulfil' | 'fallThrough' };

const people = fc.constantFrom<Side>('buyer', 'seller');
/** Mostly not, or no history would get far. */
const stale = fc.integer({ min: 0, max: 7 }).map((one) => one === 0);
const amount = fc.oneof(
  fc.integer({ min: 790, max: 1_010 }).map((one) => one * 100),
  fc.integer({ min: -100_000, max: 200_000 }),
);
const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('counter' as const), by: people, amount, stale }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('accept' as const), by: people, amount, stale }),
  },
  fc.record({ do: fc.constantFrom('decline' as const, 'withdraw' as const), by: people, stale }),
  fc.record({
    do: fc.constantFrom(
      'close' as const,
      'expire' as const,
      'fulfil' as const,
      'fallThrough' as const,
    ),
  }),
);

function perform(offer: Offer, act: Act, minute: number, number: number): Offer {
  const now = later(minute);
  const version = 'stale' in act && act.stale ? offer.version + 1 : offer.version;
  const seen = { version, clientMessageId: `act-${number}` };
  switch (act.do) {
    case 'counter':
      return offer.counterBy(act.by, { ...seen, amount: act.amount }, price, now);
    case 'accept':
      // Half of them saw the right amount.
      return offer.acceptBy(
        act.by,
        { ...seen, amount: act.amount % 200 === 0 ? offer.amount : act.amount },
        'deal',
        now,
      );
    case 'decline':
      return offer.declineBy(act.by, seen, now);
    case 'withdraw':
      return offer.withdrawBy(act.by, seen, now);
    case 'close':
      return offer.close('anotherAccepted', now);
    case 'expire':
      return offer.expire(now);
    case 'fulfil':
      return offer.fulfil(now);
    case 'fallThrough':
      return offer.fallThrough('cancelledByBuyer', now);
  }
}

const final = (offer: Offer) => !offerTransitions.some(({ from }) => from === offer.state);

/** What must hold between an offer and what an act made of it. */
function expectLawful(before: Offer, after: Offer, act: Act, now: Date): void {
  expect(final(before)).toBe(false);
  expect(after.version).toBe(before.version + 1);
  expect('stale' in act && act.stale).toBe(false);
  if (before.open && act.do !== 'close' && act.do !== 'expire')
    expect(now.getTime()).toBeLessThan(before.expiresAt.getTime());
  if (act.do === 'accept' || act.do === 'decline' || act.do === 'counter')
    expect(before.turn).toBe(act.by);
  if (act.do === 'withdraw') expect(before.turn).toBe(act.by === 'buyer' ? 'seller' : 'buyer');
  if (act.do === 'counter') expect(after.turn).toBe(act.by === 'buyer' ? 'seller' : 'buyer');
  else expect(after.amount).toBe(before.amount);
  expect(after.open).toBe(after.turn !== null);
  // Whatever happened before stays as it was told.
  for (let version = 1; version <= before.version; version += 1)
    expect(after.at(version)).toEqual(before.at(version));
}

test('over any history: final states stay, one side has the turn, amounts move only towards each other', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(acts, fc.integer({ min: 0, max: 500 })), { maxLength: 30 }),
      (story) => {
        let offer = anOffer();
        let minute = 0;
        story.forEach(([act, pause], number) => {
          minute += pause;
          const before = offer;
          try {
            offer = perform(offer, act, minute, number);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
            expect(offer).toBe(before);
            return;
          }
          if (offer !== before) expectLawful(before, offer, act, later(minute));
        });
        reached.add(offer.state);
        const { moves } = offer.view();
        reached.add(`${moves.length} moves`);
        expect(moves.length).toBeLessThanOrEqual(tradeLimits.offerMoves);
        const bounds = { low: 0, high: price };
        moves.forEach(({ by, amount: named }, index) => {
          expect(by).toBe(index % 2 === 0 ? 'buyer' : 'seller');
          expect(named).toBeGreaterThan(bounds.low);
          expect(named).toBeLessThan(bounds.high);
          expect(named % limits.offerStepWon).toBe(0);
          if (by === 'buyer') bounds.low = named;
          else bounds.high = named;
        });
      },
    ),
    { numRuns: 2_000 },
  );
  // Else the histories would be too tame to prove anything.
  for (const state of new Set(offerTransitions.map(({ to }) => to)))
    expect(reached).toContain(state);
  expect(reached).toContain('3 moves');
});

test('six moves that close in on each other, then it is yes or no', () => {
  let offer = anOffer(60_000);
  for (const [by, named] of [
    ['seller', 95_000],
    ['buyer', 70_000],
    ['seller', 90_000],
    ['buyer', 75_000],
    ['seller', 85_000],
  ] as const) {
    const seen = { version: offer.version, clientMessageId: `counter-${offer.version}` };
    const rules = { price, closed: false, now: later(1) };
    expect(offer.abilitiesOf(by, rules).counter).not.toBeNull();
    offer = offer.counterBy(by, { ...seen, amount: named }, price, later(1));
  }
  const rules = { price, closed: false, now: later(1) };
  expect(offer.abilitiesOf('buyer', rules)).toEqual({
    accept: true,
    counter: null,
    decline: true,
    withdraw: false,
  });
  const seen = { amount: 80_000, version: 6, clientMessageId: 'one-too-many' };
  expect(refusalOf(() => offer.counterBy('buyer', seen, price, later(2)))).toBe(
    'OFFER_NOT_ALLOWED',
  );
});

test('the range of a counter holds exactly the steps strictly between, and says when there is none', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 0, max: 3_000 }),
      (low, high) => {
        const between: number[] = [];
        for (let one = 0; one < high; one += limits.offerStepWon) if (one > low) between.push(one);
        const range = counterRange(low, high);
        if (between.length === 0) expect(range).toBeNull();
        else
          expect(range).toEqual({
            from: between[0],
            to: between.at(-1),
            step: limits.offerStepWon,
          });
      },
    ),
  );
});

test('what a person may do is exactly what is not refused', () => {
  fc.assert(
    fc.property(fc.array(acts, { maxLength: 12 }), people, amount, (story, who, named) => {
      let offer = anOffer();
      story.forEach((act, number) => {
        try {
          offer = perform(offer, act, number, number);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      });
      const now = later(30);
      const may = offer.abilitiesOf(who, { price, closed: false, now });
      const seen = { version: offer.version, clientMessageId: 'last-try' };
      const { amount: standing } = offer;
      expect(may.accept).toBe(
        refusalOf(() => offer.acceptBy(who, { ...seen, amount: standing }, 'deal', now)) === 'none',
      );
      expect(may.decline).toBe(refusalOf(() => offer.declineBy(who, seen, now)) === 'none');
      expect(may.withdraw).toBe(refusalOf(() => offer.withdrawBy(who, seen, now)) === 'none');
      const { counter } = may;
      const inRange =
        counter !== null &&
        named >= counter.from &&
        named <= counter.to &&
        named % counter.step === 0;
      expect(inRange).toBe(
        refusalOf(() => offer.counterBy(who, { ...seen, amount: named }, price, now)) === 'none',
      );
    }),
    { numRuns: 1_000 },
  );
});

describe('the hidden minimum', () => {
  const low = () => anOffer(60_000, { minimum: 70_000 });
  const high = () => anOffer(60_000, { minimum: null });
  const rules = { price, closed: false, now: later(0.2) };

  test('an offer below it cannot be told from any other until it is declined', () => {
    for (const who of ['buyer', 'seller']) {
      expect(low().abilitiesOf(who, rules)).toEqual(high().abilitiesOf(who, rules));
      expect(low().viewFor(who, 1)).toEqual(high().viewFor(who, 1));
    }
    expect(low().view()).toEqual(high().view());
    expect(low().at(1)).toEqual(high().at(1));
    expect(JSON.stringify(low().at(1))).not.toContain('decline');
  });

  test('then it is declined like by hand, once, and never too early', () => {
    const as = { clientMessageId: 'drawn-by-the-server' };
    const offer = low();
    expect(offer.dueAt).toEqual(later(0.5));
    expect(offer.declineByRule(as, later(0.4))).toBe(offer);
    const declined = offer.declineByRule(as, later(0.5));
    const byHand = offer.declineBy(
      'seller',
      { version: 1, clientMessageId: 'by-hand' },
      later(0.5),
    );
    expect(declined.at(2)).toEqual(byHand.at(2));
    expect(declined.view()).toEqual(byHand.view());
    expect(declined.snapshot().steps.at(-1)).toMatchObject({ by: 'seller' });
    expect(declined.declineByRule(as, later(1))).toBe(declined);
    expect([declined.declinedByRule, byHand.declinedByRule]).toEqual([true, false]);
    expect(high().declineByRule(as, later(600))).toEqual(high());
  });

  test('an answer by hand before that moment stands', () => {
    const as = { clientMessageId: 'drawn-by-the-server' };
    const seen = { amount: 90_000, version: 1, clientMessageId: 'counter-1' };
    const countered = low().counterBy('seller', seen, price, later(0.3));
    expect(countered.declineByRule(as, later(5))).toBe(countered);
    expect(countered.dueAt).toEqual(countered.expiresAt);
  });
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
  const counter = (who: string, named: number, at = price) =>
    refusalOf(() => offer.counterBy(who, { ...seen, amount: named }, at, later(1)));
  expect(counter('buyer', 85_000)).toBe('FORBIDDEN');
  for (const named of [80_000, 79_900, 100_000, 100_100, 90_050, -1])
    expect([named, counter('seller', named)]).toEqual([named, 'OFFER_NOT_ALLOWED']);
  expect(counter('seller', 90_000, 90_000)).toBe('OFFER_NOT_ALLOWED');
  expect(counter('seller', 90_000)).toBe('none');
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
    dealId: 'deal',
  });
  expect(accepted.stepSentAs('seller', 'accept-1')?.version).toBe(2);
  expect(accepted.stepSentAs('buyer', 'accept-1')).toBeNull();
});

test('a request for a give-away is an offer of nothing: accepted, declined or withdrawn, never countered', () => {
  const request = Offer.ask({ ...draft, note: '아이 방에 두고 싶어요' }, ground, start);
  expect(request).toMatchObject({ amount: 0, isRequest: true, turn: 'seller' });
  expect(request.expiresAt.getTime() - start.getTime()).toBe(7 * 24 * hourMs);
  const seen = { version: 1, clientMessageId: 'an-answer' };
  expect(refusalOf(() => request.counterBy('seller', { ...seen, amount: 100 }, 0, later(1)))).toBe(
    'OFFER_NOT_ALLOWED',
  );
  const accepted = request.acceptBy('seller', { ...seen, amount: 0 }, 'deal', later(1));
  expect(accepted.state).toBe('accepted');
  expect(refusalOf(() => Offer.ask(draft, { ...ground, ended: 3 }, start))).toBe(
    'OFFER_NOT_ALLOWED',
  );
});
