import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { createHaggleClient, type RoomSnapshot } from '../../client/index.js';
import { ScriptedGateway, type Fate } from './scripted-gateway.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const fates: fc.Arbitrary<Fate> = fc.record({
  ms: fc.integer({ min: 1, max: 60 }),
  lost: fc.boolean(),
  twice: fc.boolean(),
});

const steps = fc.array(
  fc.record({
    what: fc.constantFrom(
      'I write',
      'I write',
      'they write',
      'they write',
      'they edit',
      'they take back',
      'I edit',
      'I take back',
      'cut',
      'projections follow',
      'quiet',
    ),
    which: fc.nat(30),
  }),
  { minLength: 5, maxLength: 40 },
);

/** One snapshot after another: order, keys, and that nothing blinks. */
class Watcher {
  private readonly keys = new Map<number, string>();
  private shownOwn = new Set<string>();

  constructor(private readonly written: ReadonlySet<string>) {}

  look(snapshot: RoomSnapshot): void {
    const { entries, pending } = snapshot;
    const seqs = entries.map(({ message }) => message.seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    for (const { key, message } of entries) {
      expect(this.keys.get(message.seq) ?? key).toBe(key);
      this.keys.set(message.seq, key);
    }
    const rows = [
      ...entries.map(({ key }) => key),
      ...pending.map(({ clientMessageId }) => clientMessageId),
    ];
    expect(new Set(rows).size).toBe(rows.length);
    const own = new Set(rows.filter((key) => this.written.has(key)));
    for (const key of this.shownOwn) expect(own).toContain(key);
    this.shownOwn = own;
    // An own message that is in the log is drawn under the id it was written with, and never beside itself.
    for (const { key, message } of entries)
      if (message.senderId === 'buyer') expect(this.written).toContain(key);
  }
}

test('whatever is lost, doubled, reordered or cut off, the list becomes the log and no row blinks', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.array(fates, { minLength: 1, maxLength: 60 }),
      async (plan, wire) => {
        const gateway = new ScriptedGateway();
        let turn = 0;
        let calm = false;
        gateway.fate = () => {
          const fate = wire[(turn += 1) % wire.length]!;
          // Every third one at most is lost, or nothing would ever get through.
          return calm ? { ms: 1 } : { ...fate, lost: Boolean(fate.lost) && turn % 3 === 0 };
        };
        let ids = 0;
        const client = createHaggleClient({
          url: 'http://gateway.test',
          getToken: () => Promise.resolve('token'),
          openSocket: gateway.openSocket,
          fetch: gateway.fetch,
          newId: () => `intent-${(ids += 1)}`,
        });
        const written = new Set<string>();
        const watcher = new Watcher(written);
        const room = client.room(gateway.conversationId);
        let misfit: unknown;
        const look = () => {
          try {
            watcher.look(room.snapshot());
          } catch (error) {
            misfit ??= error;
          }
        };
        room.subscribe(look);
        client.connect();

        for (const { what, which } of plan) {
          const texts = gateway.log.filter(({ kind }) => kind === 'text');
          const mine = texts.filter(({ senderId }) => senderId === gateway.me);
          const theirs = texts.filter(({ senderId }) => senderId === gateway.other);
          const own = mine[which % Math.max(1, mine.length)];
          const their = theirs[which % Math.max(1, theirs.length)];
          if (what === 'I write') {
            // The id is known before the row can be drawn.
            written.add(`intent-${ids + 1}`);
            room.send({ text: `mine ${ids + 1}` });
          }
          if (what === 'they write') gateway.append(gateway.other, { text: `theirs ${which}` });
          if (what === 'they edit' && their)
            gateway.append(gateway.other, {
              kind: 'edit',
              targetSeq: their.seq,
              text: `edited ${which}`,
            });
          if (what === 'they take back' && their)
            gateway.append(gateway.other, { kind: 'unsend', targetSeq: their.seq });
          if (what === 'I edit' && own)
            void room.edit(own.seq, `mine, edited ${which}`).catch(() => 0);
          if (what === 'I take back' && own) void room.unsend(own.seq).catch(() => 0);
          if (what === 'cut') for (const socket of gateway.connected) socket.cut();
          if (what === 'projections follow') gateway.project();
          await jest.advanceTimersByTimeAsync(what === 'quiet' ? 3_000 : which * 3);
        }
        calm = true;
        // The last entry may have been lost on the way: the server's hint says so.
        await jest.advanceTimersByTimeAsync(120_000);
        for (const socket of gateway.connected)
          socket.hears('sync:hint', {
            conversationId: gateway.conversationId,
            lastSeq: gateway.log.length,
          });
        await jest.advanceTimersByTimeAsync(5_000);

        if (misfit) throw misfit as Error;
        expect(client.state.snapshot().phase).toBe('live');
        const { entries, pending, log } = room.snapshot();
        expect(pending).toEqual([]);
        const first = log[0]?.seq ?? 1;
        const expected = gateway.log
          .filter(({ seq, kind }) => seq >= first && kind === 'text')
          .map((entry) => gateway.projected(entry));
        expect(entries.map(({ message }) => message)).toEqual(expected);
        expect(log.map(({ seq }) => seq)).toEqual(
          gateway.log.map(({ seq }) => seq).filter((seq) => seq >= first),
        );
        const inLog = gateway.log.filter(
          ({ senderId, kind }) => senderId === gateway.me && kind === 'text',
        );
        expect(inLog.length).toBe(written.size);
        while (room.snapshot().hasOlder) {
          const older = room.loadOlder();
          await jest.advanceTimersByTimeAsync(10);
          await older;
        }
        expect(room.snapshot().entries.map(({ message }) => message)).toEqual(
          gateway.log
            .filter(({ kind }) => kind === 'text')
            .map((entry) => gateway.projected(entry)),
        );
        client.close();
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
