import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { alertHeldUntil } from '../../src/domain/alert-cap.js';
import {
  categoryOf,
  expiresAt,
  isUrgent,
  recipientsOf,
  type ToldEntry,
} from '../../src/notifications/category.js';
import { decidePush, type PushDecision, type PushFacts } from '../../src/domain/decide-push.js';
import { quietUntil } from '../../src/domain/quiet-hours.js';

const delays = { offlineMs: 2_000, onlineMs: 12_000 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const now = new Date('2026-03-01T12:00:00.000Z');
const later = (ms: number) => new Date(now.getTime() + ms);

/** Nothing stands against it, and nobody is there. */
const plain: PushFacts = {
  seq: 7,
  readSeq: 0,
  connected: false,
  ageMs: 2_000,
  blocked: false,
  gone: false,
  categoryOff: false,
  muted: false,
  expired: false,
  quietUntil: null,
  capUntil: null,
};
const morning = later(9 * HOUR);
const soon = later(8 * MINUTE);

describe('who is pushed: the first row that fits decides', () => {
  const nothing = (reason: string) => ({ do: 'nothing', reason });
  const rows: [string, Partial<PushFacts>, object][] = [
    ['a block between the two', { blocked: true }, nothing('blocked')],
    ['somebody who left', { gone: true }, nothing('gone')],
    ['a category that is off', { categoryOff: true }, nothing('categoryOff')],
    ['a muted conversation', { muted: true }, nothing('muted')],
    ['read on any device', { readSeq: 7 }, nothing('read')],
    ['past its life', { expired: true }, nothing('expired')],
    ['too young', { ageMs: 1_999 }, { do: 'wait', untilAgeMs: 2_000 }],
    ['no device connected', {}, { do: 'push', reason: 'notConnected' }],
    ['connected, still young', { connected: true }, { do: 'wait', untilAgeMs: 12_000 }],
    [
      'connected, not read in time',
      { connected: true, ageMs: 12_000 },
      { do: 'push', reason: 'unreadThoughConnected' },
    ],
    ['quiet hours', { quietUntil: morning }, { do: 'hold', reason: 'quietHours', until: morning }],
    ['a cap', { capUntil: soon }, { do: 'hold', reason: 'cap', until: soon }],
    [
      'quiet hours and a cap that ends before',
      { quietUntil: morning, capUntil: soon },
      { do: 'hold', reason: 'quietHours', until: morning },
    ],
    [
      'quiet hours and a cap that ends after',
      { quietUntil: soon, capUntil: morning },
      { do: 'hold', reason: 'cap', until: morning },
    ],
  ];
  test.each(rows)('%s', (_, facts, decision) => {
    expect(decidePush({ ...plain, ...facts }, delays)).toEqual(decision);
  });

  const against = ['blocked', 'gone', 'categoryOff', 'muted', 'read', 'expired'] as const;
  const anyFacts = fc
    .record({
      blocked: fc.boolean(),
      gone: fc.boolean(),
      categoryOff: fc.boolean(),
      muted: fc.boolean(),
      read: fc.boolean(),
      expired: fc.boolean(),
      connected: fc.boolean(),
      ageMs: fc.nat(60_000),
      quietUntil: fc.constantFrom(null, soon, morning),
      capUntil: fc.constantFrom(null, soon, morning),
    })
    .map(({ read, ...rest }) => ({ ...plain, ...rest, readSeq: read ? 7 : 6, read }));

  test('what stands against it counts in its order, whatever else is true', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const first = against.find((reason) => facts[reason]);
        const decision = decidePush(facts, delays);
        if (first) expect(decision).toEqual(nothing(first));
        else expect(decision.do).not.toBe('nothing');
      }),
    );
  });

  test('looked at often enough, every wait ends, and never before its time', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const decision = decidePush(facts, delays);
        if (decision.do !== 'wait') return;
        expect(decision.untilAgeMs).toBeGreaterThan(facts.ageMs);
        const after: PushDecision = decidePush({ ...facts, ageMs: 12_000 }, delays);
        expect(['push', 'hold']).toContain(after.do);
      }),
    );
  });
});

const sides = { buyerId: 'buyer', sellerId: 'seller' };
const said = (fields: Partial<ToldEntry>): ToldEntry => ({
  kind: 'text',
  senderId: 'buyer',
  createdAt: now,
  ...fields,
});
const notice = (type: string, more: object = {}) =>
  said({ kind: 'system', senderId: null, notice: { type, ...more } });
const offer = (act: string, by: string | null, more: object = {}) =>
  said({ kind: 'offer', senderId: by, offer: { act, turn: null, ...more } as never });

describe('what is told, to whom, and for how long', () => {
  const rows: [string, ToldEntry, string | null, string[]][] = [
    ['a text', said({}), 'chat', ['seller']],
    ['an image', said({ kind: 'image', senderId: 'seller' }), 'chat', ['buyer']],
    ['a place', said({ kind: 'place' }), 'chat', ['seller']],
    ['an edit', said({ kind: 'edit' }), null, []],
    ['something taken back', said({ kind: 'unsend' }), null, []],
    ['an offer', offer('made', 'buyer'), 'offer', ['seller']],
    ['a counter-offer', offer('countered', 'seller'), 'offer', ['buyer']],
    ['a declined offer', offer('declined', 'seller'), 'offer', ['buyer']],
    ['a withdrawn offer', offer('withdrawn', 'buyer'), 'offer', ['seller']],
    ['an expired offer', offer('expired', null), 'offer', ['buyer', 'seller']],
    ['a closed offer', offer('closed', null), 'offer', ['buyer']],
    ['an accepted offer', offer('accepted', 'seller'), 'deal', ['buyer']],
    ['the offer of a completed deal', offer('fulfilled', null), null, []],
    ['the offer of a cancelled deal', offer('fellThrough', null), null, []],
    ['an appointment', said({ kind: 'appointment', senderId: 'seller' }), 'deal', ['buyer']],
    ['a chosen buyer', notice('dealOpened', { userId: 'seller' }), 'deal', ['buyer']],
    ['a completed deal', notice('dealCompleted', { userId: 'buyer' }), 'deal', ['seller']],
    ['a cancelled deal', notice('dealCancelled', { userId: 'seller' }), 'deal', ['buyer']],
    ['a deal cancelled by nobody', notice('dealCancelled'), 'deal', ['buyer', 'seller']],
    ['a no-show', notice('dealNoShow', { userId: 'seller' }), 'deal', ['buyer']],
    ['a kept deal', notice('dealKept', { userId: 'seller' }), 'deal', ['buyer']],
    ['a released deal', notice('dealReleased'), 'deal', ['buyer', 'seller']],
    ['the question to the seller', notice('dealQuestion'), 'deal', ['seller']],
    ['the end of an offer', notice('offerEndsSoon'), 'reminder', ['buyer', 'seller']],
    ['an appointment ahead', notice('appointmentSoon'), 'reminder', ['buyer', 'seller']],
    ['a listing free again', notice('listingFree'), 'alert', ['buyer']],
    ['reviews to write', notice('reviewsOpen'), 'alert', ['buyer', 'seller']],
    ['reviews to read', notice('reviewsShown'), 'alert', ['buyer', 'seller']],
    ['somebody who left', notice('left', { userId: 'buyer' }), null, []],
    ['a notice of a newer version', notice('somethingNew'), null, []],
  ];
  test.each(rows)('%s', (_, entry, category, recipients) => {
    expect(categoryOf(entry)).toBe(category);
    expect(recipientsOf(entry, sides)).toEqual(recipients);
  });

  const at = (ms: number) => later(ms).toISOString();
  const lives: [string, ToldEntry, number][] = [
    ['a text: a day', said({}), 24 * HOUR],
    [
      'an open offer: its deadline',
      offer('made', 'buyer', { turn: 'seller', expiresAt: at(9) }),
      9,
    ],
    ['an offer that is over: a day', offer('declined', 'seller', { expiresAt: at(9) }), 24 * HOUR],
    ['a deal: a day', notice('dealCompleted'), 24 * HOUR],
    [
      'reviews until long after: half a day',
      notice('reviewsOpen', { at: at(99 * HOUR) }),
      12 * HOUR,
    ],
    ['a reminder: half an hour', notice('appointmentSoon', { at: at(HOUR) }), 30 * MINUTE],
    ['a reminder, not past its moment', notice('appointmentSoon', { at: at(MINUTE) }), MINUTE],
    [
      'an appointment, not past its moment',
      said({ kind: 'appointment', appointment: { at: at(HOUR) } as never }),
      HOUR,
    ],
  ];
  test.each(lives)('%s', (_, entry, ms) => {
    expect(expiresAt(entry)).toEqual(later(ms));
  });

  test('an appointment within the hour may wake people up, one tomorrow may not', () => {
    expect(isUrgent(notice('appointmentSoon', { at: at(HOUR) }), now)).toBe(true);
    expect(isUrgent(notice('appointmentSoon', { at: at(24 * HOUR) }), now)).toBe(false);
    expect(isUrgent(notice('offerEndsSoon', { at: at(MINUTE) }), now)).toBe(false);
  });
});

describe('quiet hours', () => {
  const zones = ['Asia/Seoul', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];
  const clocks = new Map(
    zones.map((timeZone) => [
      timeZone,
      new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }),
    ]),
  );
  const quietAt = ({ from, to }: { from: string; to: string }, time: string) =>
    from < to ? time >= from && time < to : time >= from || time < to;
  const time = fc
    .tuple(fc.nat(23), fc.nat(59))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

  test('they end at the first minute whose local time lies outside of them', () => {
    fc.assert(
      fc.property(
        ...[time, time, fc.constantFrom(...zones)],
        // A year with all its changes of clocks, and often the nights of them.
        fc.oneof(
          fc.date({
            min: new Date('2026-01-01'),
            max: new Date('2027-01-01'),
            noInvalidDate: true,
          }),
          ...[
            '2026-03-29T00:00Z',
            '2026-10-25T00:00Z',
            '2026-03-08T05:00Z',
            '2026-11-01T05:00Z',
          ].map((start) => fc.nat(4 * 60).map((by) => new Date(Date.parse(start) + by * MINUTE))),
        ),
        (from, to, zone, at) => {
          fc.pre(from !== to);
          const until = quietUntil({ from, to }, zone, at);
          let minute = Math.floor(at.getTime() / MINUTE) * MINUTE;
          const isQuiet = () => quietAt({ from, to }, clocks.get(zone)!.format(minute));
          if (!isQuiet()) return expect(until).toBeNull();
          while (isQuiet()) minute += MINUTE;
          expect(until).toEqual(new Date(minute));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('over midnight, in the zone of the person', () => {
    const night = { from: '22:00', to: '08:00' };
    const at = new Date('2026-03-01T13:30:00.000Z');
    expect(quietUntil(night, 'Asia/Seoul', at)).toEqual(new Date('2026-03-01T23:00:00.000Z'));
    expect(quietUntil(night, 'Europe/London', at)).toBeNull();
  });
});

describe('alerts are capped', () => {
  test('the first shows at once, what follows waits for the digest of ten minutes', () => {
    expect(alertHeldUntil([], now)).toBeNull();
    expect(alertHeldUntil([later(-MINUTE)], now)).toEqual(later(9 * MINUTE));
    expect(alertHeldUntil([later(-MINUTE), later(9 * MINUTE)], now)).toEqual(later(9 * MINUTE));
    expect(alertHeldUntil([later(-10 * MINUTE)], now)).toBeNull();
  });

  test('nobody is shown more than twenty in 24 hours, nor two within ten minutes', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 30, maxLength: 200 });
    fc.assert(
      fc.property(gaps, (minutes) => {
        const shown: Date[] = [];
        let at = now;
        for (const gap of minutes) {
          at = new Date(at.getTime() + gap * MINUTE);
          const time = alertHeldUntil(shown, at) ?? at;
          expect(time.getTime()).toBeGreaterThanOrEqual(at.getTime());
          shown.push(time);
        }
        const times = [...new Set(shown.map((one) => one.getTime()))].sort((a, b) => a - b);
        times.forEach((one, index) => {
          if (index > 0) expect(one - times[index - 1]!).toBeGreaterThanOrEqual(10 * MINUTE);
          if (index > 19) expect(one - times[index - 20]!).toBeGreaterThanOrEqual(24 * HOUR);
        });
      }),
    );
  });
});
