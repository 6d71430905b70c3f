import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Connection } from 'mongoose';
import { ConversationStore } from '../../src/conversations/conversation.store.js';
import { Conversation } from '../../src/domain/conversation.js';
import { BlockStore } from '../../src/users/block.store.js';
import { dropOwnDatabase, openOwnDatabase } from '../support/own-database.js';

const people = ['a', 'b', 'c', 'd'] as const;
const pairs = people.flatMap((one) =>
  people.filter((other) => other !== one).map((other) => [one, other] as const),
);
const createdAt = new Date(0);
const talks = pairs.map(([buyerId, sellerId]) => {
  const is = { id: buyerId + sellerId, listingId: 'chair', buyerId, sellerId };
  return new Conversation({ ...is, createdAt, closedAt: null, leftBy: [] });
});

let mongo: Connection;
beforeAll(async () => {
  mongo = await openOwnDatabase();
  await new ConversationStore(mongo, { caching: 'none' }).addMany(talks);
});
afterAll(() => dropOwnDatabase(mongo));

test('a conversation is closed by blocks between its own two, whatever is remembered of whom', () =>
  fc.assert(
    fc.asyncProperty(
      fc.subarray(pairs),
      fc.subarray([...people]),
      fc.array(fc.subarray(talks), { minLength: 1, maxLength: 3 }),
      async (blocked, remembered, asked) => {
        const blocks = new BlockStore(mongo, { caching: 'byTime' });
        for (const pair of pairs) {
          const [blockerId, blockedId] = pair;
          if (blocked.includes(pair)) await blocks.add({ blockerId, blockedId, createdAt });
          else await blocks.remove({ blockerId, blockedId });
        }
        const isApart = (talk: Conversation) =>
          blocked.some((pair) => pair.every((person) => talk.has(person)));
        for (const person of remembered) await blocks.around(person);
        const store = new ConversationStore(mongo, { caching: 'byTime', blocks });
        for (const some of asked) {
          const found = await store.getMany(some.map(({ id }) => id));
          for (const talk of some) {
            expect([talk.id, found.get(talk.id)?.closed]).toEqual([talk.id, isApart(talk)]);
            const known = store.known(talk.id);
            if (known) expect([talk.id, known.closed]).toEqual([talk.id, isApart(talk)]);
          }
        }
      },
    ),
    { numRuns: 60 },
  ));
