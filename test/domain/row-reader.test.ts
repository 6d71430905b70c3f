import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Reader, RowPositions } from '../../src/conversations/index.js';
import { RowReader } from '../../workers/relay/row-reader.js';

const moves = ['lastSeq', 'shownSeq', 'deliveredSeq', 'readSeq', 'pushedSeq'] as const;

/** The rows of one conversation, of which tests move the positions; counts what is read. */
class Inbox {
  commands = 0;
  reads = 0;
  private readonly rows = new Map<string, RowPositions>();

  constructor(people: string[]) {
    for (const userId of people)
      this.rows.set(userId, {
        ...{ otherId: 'other', muted: false, left: false },
        ...{ lastSeq: 0, shownSeq: 0, deliveredSeq: 0, readSeq: 0, pushedSeq: 0 },
      });
  }

  row = (userId: string): RowPositions => this.rows.get(userId)!;

  move(userId: string, change: Partial<RowPositions>): void {
    this.rows.set(userId, { ...this.row(userId), ...change });
  }

  positionsOf = (readers: readonly Reader[]) => {
    this.commands += 1;
    this.reads += readers.length;
    const asked = new Map(readers.map(({ userId }) => [userId, this.row(userId)]));
    return Promise.resolve({ get: (userId: string) => asked.get(userId) });
  };
}

const [buyer, seller] = ['buyer', 'seller'];
const people = [buyer, seller];
const needed = (seq: number, concerned = [seller]) => ({
  conversationId: 'talk',
  ...{ seq, concerned: new Set(concerned), shownTo: people },
});

test('a row says of the entries of a look what the database would say', async () => {
  const act = fc.oneof(
    fc.record({
      kind: fc.constant('move' as const),
      who: fc.constantFrom(...people),
      // Nearly all at once, so that often one alone is behind.
      what: fc.shuffledSubarray([...moves], { minLength: 1 }),
    }),
    fc.record({
      kind: fc.constant('look' as const),
      seq: fc.integer({ min: 1, max: 3 }),
      concerned: fc.subarray(people),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 30, maxLength: 80 }), async (acts) => {
      const inbox = new Inbox(people);
      const reader = new RowReader(inbox);
      for (const one of acts) {
        if (one.kind === 'move')
          for (const what of one.what)
            inbox.move(one.who, { [what]: (inbox.row(one.who)[what] ?? 0) + 1 });
        else {
          const rows = await reader.rowsOf([needed(one.seq, one.concerned)]);
          for (const userId of people) {
            const [said, real] = [rows.get(userId, 'talk')!, inbox.row(userId)];
            const counts: (keyof RowPositions)[] = ['lastSeq', 'shownSeq'];
            if (one.concerned.includes(userId)) counts.push('deliveredSeq', 'readSeq');
            for (const what of counts)
              expect([what, Number(said[what]) >= one.seq]).toEqual([
                what,
                Number(real[what]) >= one.seq,
              ]);
            // What was pushed is asked only of somebody who has not read.
            if (one.concerned.includes(userId) && real.readSeq < one.seq)
              expect(said).toEqual(real);
          }
        }
      }
    }),
  );
});

test('rows that have come past all that is looked at are not read again', async () => {
  const inbox = new Inbox(people);
  const reader = new RowReader(inbox);
  inbox.move(buyer, { lastSeq: 5, shownSeq: 5 });
  inbox.move(seller, { lastSeq: 5, shownSeq: 5, deliveredSeq: 5, readSeq: 4 });
  await reader.rowsOf([needed(4)]);
  expect(inbox.reads).toBe(2);
  await reader.rowsOf([needed(4)]);
  expect(inbox.reads).toBe(2);
  // The seller has not read this one, by what is remembered.
  inbox.move(seller, { readSeq: 5 });
  await reader.rowsOf([needed(5)]);
  expect(inbox.reads).toBe(4);
  expect((await reader.rowsOf([needed(5)])).get(seller, 'talk')!.readSeq).toBe(5);
  expect([inbox.reads, inbox.commands]).toEqual([4, 2]);
});
