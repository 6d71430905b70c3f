import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { view } from '../../src/contract/index.js';
import { fitAnswer } from '../../src/conversations/fit-answer.js';
import { bytesOf } from '../../src/platform/pages.js';

const ids = ['a', 'b', 'c', 'd', 'e'];

const aView = (id: string, bytes: number) =>
  ({ id, filler: 'x'.repeat(bytes) }) as unknown as view.Conversation;
const aMessage = (conversationId: string, seq: number, bytes: number) =>
  ({ conversationId, seq, text: 'x'.repeat(bytes) }) as unknown as view.Message;

/** Conversations in some order, some of them known, each with some entries of some size. */
const found = fc
  .record({
    changed: fc.shuffledSubarray(ids),
    known: fc.subarray(ids),
    sizes: fc.array(fc.array(fc.nat(800), { maxLength: 6 }), {
      minLength: ids.length,
      maxLength: ids.length,
    }),
    views: fc.array(fc.nat(800), { minLength: ids.length, maxLength: ids.length }),
    more: fc.boolean(),
  })
  .map(({ changed, known, sizes, views, more }) => {
    const messages = ids.flatMap((id, index) =>
      // Of a conversation that is neither known nor changed nothing is found.
      known.includes(id) || changed.includes(id)
        ? sizes[index]!.map((bytes, at) => aMessage(id, at + 1, bytes))
        : [],
    );
    const touched = ids.filter(
      (id) => changed.includes(id) || messages.some((one) => one.conversationId === id),
    );
    return {
      changed,
      known: new Set(known),
      messages,
      views: touched.map((id) => aView(id, views[ids.indexOf(id)]!)),
      more,
    };
  });

const place = ({ conversationId, seq }: view.Message) => `${conversationId}:${seq}`;

test('nothing is left out without a word, whatever fits', () => {
  fc.assert(
    fc.property(found, fc.integer({ min: 1, max: 6_000 }), (all, bytes) => {
      const fitted = fitAnswer(all, bytes);
      const isOwn = ({ conversationId }: view.Message) => all.known.has(conversationId);
      const own = all.messages.filter(isOwn);
      const ownTold = fitted.messages.filter(isOwn);
      // What is known goes on without a gap, and always goes on.
      expect(ownTold).toEqual(own.slice(0, ownTold.length));
      if (own.length > 0) expect(ownTold.length).toBeGreaterThan(0);
      expect(fitted.whole).toBe(ownTold.length === own.length && !all.more);
      // Of the others each entry is told, in a hole, or comes later with its conversation.
      const told = new Set(fitted.messages.map(place));
      for (const { conversationId, fromSeq, toSeq } of fitted.holes)
        for (let seq = fromSeq; seq <= toSeq; seq += 1) {
          expect(told.has(`${conversationId}:${seq}`)).toBe(false);
          told.add(`${conversationId}:${seq}`);
        }
      if (fitted.whole)
        for (const message of all.messages)
          if (!fitted.later.has(message.conversationId))
            expect([place(message), told.has(place(message))]).toEqual([place(message), true]);
      // The conversations are a beginning of those that changed, and at least one.
      if (all.changed.length > 0) expect(fitted.changed).toBeGreaterThan(0);
      const shown = new Set(fitted.conversations.map(({ id }) => id));
      for (const id of all.changed.slice(0, fitted.changed)) expect(shown.has(id)).toBe(true);
      for (const { conversationId } of fitted.messages)
        expect(shown.has(conversationId)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('an answer is never larger than its bytes and one of each kind', () => {
  fc.assert(
    fc.property(found, fc.integer({ min: 1, max: 6_000 }), (all, bytes) => {
      const { conversations, messages } = fitAnswer(all, bytes);
      const size = [...conversations, ...messages].reduce((sum, one) => sum + bytesOf(one), 0);
      // A first conversation, and a first entry with the conversation that it belongs to.
      expect(size).toBeLessThanOrEqual(bytes + 3 * 900);
    }),
    { numRuns: 500 },
  );
});
