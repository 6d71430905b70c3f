import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import mongoose from 'mongoose';
import { pino } from 'pino';
import { toHead } from '../../src/conversations/entry-document.js';
import { createMetrics } from '../../src/metrics.js';
import { numberedId, toStoredId } from '../../src/platform/stored-ids.js';
import { DueQueue } from '../../workers/relay/due-queue.js';
import { Hints, hintEachMs } from '../../workers/relay/hints.js';
import { plainHead } from '../../workers/relay/plain-head.js';
import { Term } from '../../workers/relay/term.js';
import { UnderWay } from '../../workers/relay/under-way.js';

test('the place moves over a batch when it and all before it are done, and over every batch in the end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      (sizes, choices) => {
        const under = new UnderWay();
        const open: { batch: number; done: () => void }[] = [];
        sizes.forEach((size, batch) => {
          const done = under.add({ token: batch, at: new Date(batch) }, size);
          for (let count = 0; count < size; count += 1) open.push({ batch, done });
        });
        let place = -1;
        for (;;) {
          const settled = under.settle();
          if (settled) {
            expect(settled.place.token).toBeGreaterThan(place);
            place = settled.place.token as number;
          }
          expect(under.size).toBe(open.length);
          const undone = Math.min(...open.map(({ batch }) => batch));
          // Right before the first batch that holds work: no further, and no less.
          expect(place).toBe(Math.min(undone, sizes.length) - 1);
          if (open.length === 0) break;
          const [next] = open.splice(choices.next().value! % open.length, 1);
          next!.done();
        }
      },
    ),
  );
});

test('what is due comes in time, once each, and nothing comes early', () => {
  const slotMs = 200;
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20_000 })),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 50, max: 3_000 }),
      (times, limit, stepMs) => {
        const queue = new DueQueue<number>(slotMs);
        const waiting = new Set(times.keys());
        for (const [index, time] of times.entries()) queue.add(index, time);
        for (let now = 0; waiting.size > 0; now += stepMs) {
          for (;;) {
            const due = queue.take(now, limit);
            expect(due.length).toBeLessThanOrEqual(limit);
            for (const index of due) {
              expect(waiting.delete(index)).toBe(true);
              expect(times[index]).toBeLessThanOrEqual(now);
            }
            if (due.length < limit) break;
          }
          for (const index of waiting) expect(times[index]).toBeGreaterThan(now - slotMs);
        }
        expect(queue.take(Infinity, 1)).toEqual([]);
      },
    ),
  );
});

test('a term that ended is never held again', () => {
  const term = new Term(1, performance.now() + 60_000);
  expect(term.held).toBe(true);
  term.extend(performance.now() + 120_000);
  expect(term.leftMs).toBeGreaterThan(60_000);
  term.end();
  term.extend(performance.now() + 60_000);
  expect(term.held).toBe(false);

  const late = new Term(2, performance.now() - 1);
  late.extend(performance.now() + 60_000);
  expect(late.held).toBe(false);
});

test('one hint stands for all that was written before it, and one that was not told is told at the next look', async () => {
  const told: number[] = [];
  let away = false;
  const hints = new Hints({
    tell: (_node, { lastSeq }) => {
      if (away) return Promise.reject(new Error('away'));
      told.push(lastSeq);
      return Promise.resolve();
    },
    log: pino({ level: 'silent' }),
    metrics: createMetrics('test'),
  });
  const look = async (now: number, ...entries: { seq: number; writtenAt: number }[]) => {
    for (const { seq, writtenAt } of entries)
      hints.note({ userId: 'u', conversationId: 'c', lastSeq: seq }, writtenAt, ['node'], now);
    await hints.flush(now);
  };
  const first = { seq: 1, writtenAt: 0 };
  const second = { seq: 2, writtenAt: 1_900 };
  const third = { seq: 3, writtenAt: 2_100 };
  away = true;
  await look(1_900, first);
  away = false;
  await look(2_000, first, second);
  expect(told).toEqual([2]);
  // The hint of 2,000 covers them …
  await look(2_500, first, second);
  expect(told).toEqual([2]);
  // … and not what came after it.
  await look(3_000, third);
  expect(told).toEqual([2, 3]);
  await look(3_000 + hintEachMs, first, third);
  expect(told).toEqual([2, 3, 3]);
});

test('the head of an entry is the same from its bytes as from its document, or is left to the document', () => {
  const uuid = fc.uuid();
  const time = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  const plain = fc.record({
    _id: fc.tuple(uuid, fc.nat(2 ** 31)).map(([id, seq]) => numberedId(id, seq)),
    senderId: uuid.map(toStoredId),
    kind: fc.constantFrom('text', 'image', 'place'),
    createdAt: time,
  });
  const more = fc.oneof(
    fc.record({ notice: fc.constant({ type: 'left' }) }),
    fc.record({ targetSeq: fc.nat() }),
    fc.record({ onlyFor: uuid }),
    fc.record({ cautions: fc.constant(['prepayment']) }),
    fc.record({ trace: fc.string() }),
    fc.record({ offer: fc.constant({ act: 'made' }) }),
    fc.record({ senderId: fc.oneof(fc.constant(null), fc.constant('SYSTEM')) }),
  );
  const bytesOf = (fullDocument: object, wallTime: Date) =>
    mongoose.mongo.BSON.serialize({ _id: { _data: '82' }, wallTime, fullDocument });
  fc.assert(
    fc.property(plain, more, time, (document, other, wallTime) => {
      const read = plainHead(bytesOf(document, wallTime));
      expect(read).toEqual({ wallTime, head: toHead(document) });
      expect(plainHead(bytesOf({ ...document, ...other }, wallTime))).toBeUndefined();
    }),
  );
});
