import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal, tradeLimits, type view } from '../../src/contract/index.js';
import { Deal } from '../../src/domain/deal.js';
import { dealTransitions } from '../../src/domain/deal-transitions.js';
import { Listing } from '../../src/domain/listing.js';

const start = new Date('2026-11-23T03:00:00.000Z');
const minuteMs = 60_000;
const later = (minutes: number) => new Date(start.getTime() + minutes * minuteMs);
const hours = (count: number) => count * 60;
const place = { name: '합정역 5번 출구' };

const aDeal = () =>
  Deal.open(
    {
      id: 'deal',
      listingId: 'listing',
      offerId: null,
      conversationId: 'conversation',
      buyerId: 'buyer',
      sellerId: 'seller',
      amount: 80_000,
    },
    start,
  );

const aListing = () =>
  Listing.create(
    { title: '자전거', description: '', price: 100_000, currency: 'KRW', category: 'sports' },
    { id: 'listing', sellerId: 'seller', now: start },
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

/** A deal whose two meet in so many minutes from the start. */
const meeting = (minutes: number) =>
  aDeal()
    .setAppointmentBy('buyer', { at: later(minutes), place }, start)
    .confirmBy('seller', {}, later(1));

type Act =
  | { do: 'meet'; by: view.OfferSide; ahead: number }
  | { do: 'confirm' | 'complete' | 'cancel' | 'noShow' | 'keep'; by: view.OfferSide }
  | { do: 'time' };

const side = fc.constantFrom<view.OfferSide>('buyer', 'seller');
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('time' as const) }) },
  fc.record({
    do: fc.constant('meet' as const),
    by: side,
    ahead: fc.integer({ min: -60, max: hours(15 * 24) }),
  }),
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('confirm' as const, 'keep' as const), by: side }),
  },
  fc.record({
    do: fc.constantFrom('complete' as const, 'cancel' as const, 'noShow' as const),
    by: side,
  }),
);

function perform(deal: Deal, act: Act, now: Date): Deal {
  switch (act.do) {
    case 'meet': {
      const at = new Date(now.getTime() + act.ahead * minuteMs);
      return deal.setAppointmentBy(act.by, { at, place }, now);
    }
    case 'confirm':
      return deal.confirmBy(act.by, {}, now);
    case 'complete':
      return deal.completeBy(act.by, {}, now);
    case 'cancel':
      return deal.cancelBy(act.by, { reason: 'other' }, now);
    case 'noShow':
      return deal.reportNoShowBy(act.by, {}, now);
    case 'keep':
      return deal.keepBy(act.by, {}, now);
    case 'time':
      return deal.passTime(now);
  }
}

/** A history: what was tried, and how many minutes after the last try. */
const stories = fc.array(fc.tuple(acts, fc.integer({ min: 0, max: hours(40) })), { maxLength: 25 });

const noShowStory: [Act, number][] = [
  [{ do: 'meet', by: 'buyer', ahead: 60 }, 0],
  [{ do: 'confirm', by: 'seller' }, 0],
  [{ do: 'noShow', by: 'buyer' }, 90],
];

test('over any history: final states stay, every step follows the table, the listing agrees with the deal', () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(stories, (story) => {
      let deal = aDeal();
      let listing = aListing().reserveFor(deal.id);
      let minute = 0;
      for (const [act, pause] of story) {
        minute += pause;
        const before = deal;
        try {
          deal = perform(deal, act, later(minute));
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          continue;
        }
        if (deal === before) continue;
        expect(before.state).toBe('open');
        expect(deal.version).toBe(before.version + 1);
        expect(deal.at(before.version).snapshot()).toEqual(before.snapshot());
        const { act: done, by } = deal.snapshot().steps.at(-1)!;
        const who = by === null ? 'time' : deal.sideOf(by);
        expect(dealTransitions).toContainEqual({
          from: before.state,
          act: done,
          who,
          to: deal.state,
        });
        reached.add(deal.state);
        if (!deal.open)
          listing = deal.freesListing ? listing.release(deal.id) : listing.sellBy(deal.id);
        // Once it is over, time has nothing more to say.
        expect(deal.dueAt !== null).toBe(deal.open);
        if (!deal.open) expect(deal.remindAt).toBeNull();
      }
      const states = {
        open: 'reserved',
        completed: 'sold',
        cancelled: 'onSale',
        noShow: 'onSale',
      } as const;
      expect(listing.state).toBe(states[deal.state]);
      expect(listing.snapshot().dealId).toBe(deal.open ? deal.id : null);
    }),
    { numRuns: 500, examples: [[noShowStory]] },
  );
  expect([...reached].sort()).toEqual(['cancelled', 'completed', 'noShow', 'open']);
});

test('over any history: what is confirmed was proposed by the other side, as it stands', () => {
  fc.assert(
    fc.property(stories, (story) => {
      let deal = aDeal();
      let minute = 0;
      for (const [act, pause] of story) {
        minute += pause;
        const before = deal;
        refusalOf(() => (deal = perform(deal, act, later(minute))));
        if (deal.snapshot().steps.at(-1)!.act !== 'confirmed' || deal === before) continue;
        const { by } = deal.snapshot().steps.at(-1)!;
        expect(before.appointment).toMatchObject({ state: 'proposed' });
        expect(deal.appointment!.by).not.toBe(deal.sideOf(by!));
        expect(deal.appointment).toEqual({
          ...before.appointment,
          state: 'confirmed',
          version: before.appointment!.version + 1,
        });
        expect(deal.appointment!.at.getTime()).toBeGreaterThan(later(minute).getTime());
      }
    }),
  );
});

test('left alone, a deal is asked about and then given up, at the hours that are promised', () => {
  const { dealHoldHours, dealAnswerHours, dealAfterHours } = tradeLimits;
  const alone = aDeal();
  expect(alone.dueAt).toEqual(later(hours(dealHoldHours)));
  expect(alone.passTime(later(hours(dealHoldHours) - 1))).toBe(alone);
  const asked = alone.passTime(later(hours(dealHoldHours)));
  expect(asked.question).toEqual({
    askedAt: later(hours(dealHoldHours)),
    answerBy: later(hours(dealHoldHours + dealAnswerHours)),
  });
  const given = asked.passTime(asked.question!.answerBy);
  expect(given).toMatchObject({ state: 'cancelled', reason: 'holdTimeout', endedBy: 'system' });
  expect(given.cancelledLate).toBe(false);

  const met = meeting(hours(100));
  expect(met.dueAt).toEqual(later(hours(100 + dealAfterHours)));
  const kept = met
    .passTime(later(hours(100 + dealAfterHours)))
    .keepBy('seller', {}, later(hours(130)));
  expect(kept.dueAt).toEqual(later(hours(130 + dealHoldHours)));
});

test('a question is answered by the seller alone: by keeping it or by an appointment', () => {
  const now = later(hours(73));
  const asked = aDeal().passTime(later(hours(72)));
  expect(refusalOf(() => asked.keepBy('buyer', {}, now))).toBe('FORBIDDEN');
  expect(refusalOf(() => aDeal().keepBy('seller', {}, now))).toBe('FORBIDDEN');
  const soon = { at: later(hours(80)), place };
  expect(asked.setAppointmentBy('buyer', soon, now).question).not.toBeNull();
  expect(asked.setAppointmentBy('seller', soon, now).question).toBeNull();
  expect(
    asked.setAppointmentBy('buyer', soon, now).confirmBy('seller', {}, now).question,
  ).toBeNull();
});

describe('an end has its time', () => {
  test('cancelling counts as late from three hours before a confirmed appointment', () => {
    const cancelled = (deal: Deal, minute: number) =>
      deal.cancelBy('buyer', { reason: 'cannotMeet' }, later(minute)).cancelledLate;
    expect(cancelled(meeting(hours(10)), hours(7) - 1)).toBe(false);
    expect(cancelled(meeting(hours(10)), hours(7) + 1)).toBe(true);
    expect(cancelled(meeting(hours(10)), hours(11))).toBe(true);
    const proposed = aDeal().setAppointmentBy('buyer', { at: later(hours(2)), place }, start);
    expect(cancelled(proposed, hours(1))).toBe(false);
  });

  test('a no-show is told from 15 minutes to 24 hours after a confirmed appointment', () => {
    const { noShowFromMinutes, noShowUntilHours } = tradeLimits;
    const told = (deal: Deal, minute: number) =>
      refusalOf(() => deal.reportNoShowBy('buyer', {}, later(minute)));
    const deal = meeting(600);
    const [from, until] = [600 + noShowFromMinutes, 600 + hours(noShowUntilHours)];
    expect([from - 1, from, until, until + 1].map((minute) => told(deal, minute))).toEqual([
      'FORBIDDEN',
      'none',
      'none',
      'FORBIDDEN',
    ]);
    expect(told(aDeal(), 700)).toBe('FORBIDDEN');
  });
});

test('reminders that are ahead when it is confirmed are given, and of missed ones the last', () => {
  const far = meeting(hours(30));
  expect(far.remindAt).toEqual(later(hours(6)));
  expect(far.reminderDue(far.remindAt!, later(hours(6)))?.minutes).toBe(24 * 60);
  expect(far.reminderAfter(later(hours(6)))?.minutes).toBe(60);
  expect(far.reminderDue(later(hours(29)), later(hours(30) - 5))?.minutes).toBe(10);
  expect(far.reminderDue(later(hours(29)), later(hours(30)))).toBeNull();
  expect(far.reminderAfter(later(hours(30)))).toBeNull();
  const near = meeting(30);
  expect(near.remindAt).toEqual(later(20));
  expect(near.setAppointmentBy('buyer', { at: later(50), place }, later(2)).remindAt).toBeNull();
});

test('an appointment cannot be changed for ever', () => {
  let deal = aDeal();
  for (let count = 0; count < tradeLimits.appointmentActs; count += 1)
    deal = deal.setAppointmentBy('buyer', { at: later(hours(5)), place }, start);
  expect(
    refusalOf(() => deal.setAppointmentBy('buyer', { at: later(hours(5)), place }, start)),
  ).toBe('FORBIDDEN');
});

test('what a person is said to be able to do is what is not refused', () => {
  fc.assert(
    fc.property(stories, fc.integer({ min: 0, max: hours(30) }), side, (story, pause, who) => {
      let deal = aDeal();
      let minute = 0;
      for (const [act, gap] of story) {
        minute += gap;
        refusalOf(() => (deal = perform(deal, act, later(minute))));
      }
      const now = later(minute + pause);
      const tried = (act: Act) => refusalOf(() => perform(deal, act, now)) === 'none';
      const open = deal.abilitiesOf(who, { closed: false, now });
      const changes = (deal.appointment?.version ?? 0) < tradeLimits.appointmentActs;
      expect(open).toEqual({
        propose: changes ? tried({ do: 'meet', by: who, ahead: 60 }) : open.propose,
        confirm: tried({ do: 'confirm', by: who }),
        complete: tried({ do: 'complete', by: who }),
        cancel: tried({ do: 'cancel', by: who }),
        reportNoShow: tried({ do: 'noShow', by: who }),
        keep: tried({ do: 'keep', by: who }),
      });
      expect(deal.abilitiesOf(who, { closed: true, now })).toMatchObject({
        propose: false,
        confirm: false,
        cancel: open.cancel,
      });
    }),
  );
});
