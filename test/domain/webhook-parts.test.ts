import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { actIdOf, actOf } from '../../src/domain/act.js';
import { eventsOfEntry, type EntryFacts } from '../../src/webhooks/index.js';
import { pauseAfter, obeyedRetryAfter } from '../../workers/webhooks/pauses.js';
import { Pressure } from '../../workers/webhooks/pressure.js';

const now = new Date('2026-03-02T09:00:00.000Z');
const entry = (more: Partial<EntryFacts>): EntryFacts => ({
  conversationId: 'c',
  seq: 7,
  kind: 'text',
  clientMessageId: 'some-id',
  createdAt: now,
  ...more,
});
const dealAct = { clientMessageId: 'deal:d1:v3' };

describe('events of an entry of the log', () => {
  test.each<[string, Partial<EntryFacts>, string[]]>([
    ['a text', {}, ['message.created']],
    ['images', { kind: 'image' }, ['message.created']],
    ['a place', { kind: 'place' }, ['message.created']],
    ['an edit', { kind: 'edit' }, ['message.updated']],
    ['an unsend', { kind: 'unsend' }, ['message.unsent']],
    ['an offer', { kind: 'offer', offer: { act: 'made' } }, ['offer.updated']],
    [
      'an offer that opens a deal',
      { kind: 'offer', offer: { act: 'accepted', dealId: 'd1' } },
      ['offer.updated', 'deal.updated'],
    ],
    [
      'an offer that was fulfilled',
      { kind: 'offer', offer: { act: 'fulfilled', dealId: 'd1' } },
      ['offer.updated'],
    ],
    ['an appointment', { kind: 'appointment', ...dealAct }, ['deal.updated']],
    ['the end of a deal', { kind: 'system', ...dealAct }, ['deal.updated']],
    ['a reminder', { kind: 'system', clientMessageId: 'remind:d1:1h' }, []],
  ])('%s', (_, facts, types) => {
    const events = eventsOfEntry(entry(facts));
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(new Set(events.map(({ id }) => id)).size).toBe(types.length);
    expect(eventsOfEntry(entry(facts))).toEqual(events);
  });

  test('keep the order of the log', () => {
    const orders = [1, 2, 3].flatMap((seq) =>
      eventsOfEntry(entry({ seq, kind: 'offer', offer: { act: 'accepted', dealId: 'd1' } })).map(
        ({ order }) => order,
      ),
    );
    expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
  });

  test('an act of a deal is known by its entry', () => {
    const [event] = eventsOfEntry(entry({ kind: 'system', ...dealAct }));
    expect(event!.subject).toEqual({ kind: 'deal', dealId: 'd1', version: 3 });
  });

  test('an entry names its act; one of the first logs says it by its id', () => {
    const act = fc.record({
      kind: fc.constantFrom('offer' as const, 'deal' as const),
      id: fc.uuid(),
      version: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(act, fc.uuid(), (told, sent) => {
        expect(actOf({ clientMessageId: sent, act: told })).toEqual(told);
        expect(actOf({ clientMessageId: actIdOf(told) })).toEqual(told);
        expect(actOf({ clientMessageId: sent })).toBeNull();
        expect(actOf({ clientMessageId: `${actIdOf(told)}:soon` })).toBeNull();
        expect(actOf({ clientMessageId: `deal:${told.id}:free` })).toBeNull();
      }),
    );
  });
});

describe('pauses', () => {
  test('grow, are spread over their whole length, and end at an hour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, random) => {
          const pause = pauseAfter(tries, { baseMs: 5_000, random });
          expect(pause).toBeGreaterThanOrEqual(0);
          expect(pause).toBeLessThanOrEqual(Math.min(3_600_000, 5_000 * 2 ** (tries - 1)));
        },
      ),
    );
    expect(pauseAfter(1, { baseMs: 5_000, random: 1 })).toBe(5_000);
    expect(pauseAfter(3, { baseMs: 5_000, random: 0.5 })).toBe(10_000);
  });

  test('are never shorter than what was asked for', () => {
    expect(pauseAfter(1, { baseMs: 5_000, random: 0, retryAfterMs: 60_000 })).toBe(60_000);
  });

  test.each<[string | null, number | undefined]>([
    [null, undefined],
    ['120', 120_000],
    ['0', 0],
    ['Mon, 02 Mar 2026 09:00:30 GMT', 30_000],
    ['Mon, 02 Mar 2026 08:00:00 GMT', 0],
    ['soon', undefined],
    ['99999999999', 24 * 3_600_000],
  ])('Retry-After: %s', (header, ms) => {
    expect(obeyedRetryAfter(header, now)).toBe(ms);
  });
});

describe('pressure', () => {
  test('of one lane that fails is as before', () => {
    const pressure = new Pressure(5_000);
    for (let tries = 0; tries < 50; tries += 1) pressure.failed('stuck', tries);
    expect(pressure.free(3, 100)).toBe(29);
  });

  test('when nothing is taken is one event at a time, after a pause, until one is', () => {
    const pressure = new Pressure(5_000);
    for (const lane of 'abcde') pressure.failed(lane, 1_000);
    expect(pressure.away).toBe(true);
    expect(pressure.free(0, 1_000)).toBe(0);
    expect(pressure.free(0, 1_500)).toBe(1);
    expect(pressure.free(1, 1_500)).toBe(0);
    pressure.taken();
    expect(pressure.free(0, 1_500)).toBe(32);
  });
});
