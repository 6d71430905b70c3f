import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { convertMessages } from '../../scripts/convert-messages.js';
import { contentHashOf } from '../../src/conversations/content-hash.js';
import { MessageStore } from '../../src/conversations/message.store.js';
import { conversationIdOf } from '../../src/domain/ids.js';
import { newId } from '../../src/platform/ids.js';
import { dropOwnDatabase, openOwnDatabase } from '../support/own-database.js';
import { migrations } from '../../src/migrations/migrations.js';

let connection: Connection;

beforeAll(async () => {
  connection = await openOwnDatabase();
}, 60_000);

afterAll(() => dropOwnDatabase(connection), 60_000);

const [buyer, seller] = [newId(), newId()];
const conversations = [conversationIdOf('a listing', buyer), conversationIdOf('another', buyer)];

/** As the first layout stored an entry. */
const stored = (conversationId: string, seq: number, more: object) => {
  const draft = {
    conversationId,
    senderId: seq % 2 ? buyer : seller,
    clientMessageId: seq === 3 ? `offer:${newId()}:v1` : newId(),
    kind: 'text' as const,
    text: `글 ${seq}`,
    ...more,
  };
  const added = {
    seq,
    state: 'active',
    contentHash: contentHashOf(draft),
    createdAt: new Date(1e12 + seq),
  };
  return { _id: newId(), ...draft, ...added };
};

const changed = { state: 'edited', editSeq: 4, editedAt: new Date(2e12), text: '고친 글' };

test('a log of the first layout is refused, and the same after it was converted', async () => {
  const before = conversations.flatMap((id) => [
    stored(id, 1, {}),
    { ...stored(id, 2, {}), ...changed },
    stored(id, 3, {
      senderId: null,
      kind: 'system',
      notice: { type: 'listingSold' },
      text: undefined,
    }),
    stored(id, 4, { kind: 'edit', targetSeq: 2, text: '고친 글' }),
  ]);
  const log = connection.collection<{ _id: string }>('messages');
  await log.insertMany(before, { ignoreUndefined: true });
  await log.createIndex({ conversationId: 1, seq: 1 }, { unique: true, name: 'order' });
  const reported = before[1]!;
  const report = { targetType: 'message', targetId: reported._id };
  await connection.collection('reports').insertOne({ ...report });
  await connection.collection('audit').insertOne({ input: [{ field: 'id', value: reported._id }] });

  const messages = new MessageStore(connection);
  const [first] = migrations;
  await expect(first!.run(connection)).rejects.toThrow('first layout');
  expect(await convertMessages(connection)).toBe(before.length);
  await first!.run(connection);

  for (const { _id: _, contentHash, text, ...said } of before) {
    const { conversationId, senderId, clientMessageId } = said;
    const entry = (await messages.byClientId(conversationId, senderId, clientMessageId))!;
    expect(entry).toMatchObject({ ...said, ...(text === undefined ? {} : { text }) });
    // A repeat of what was sent then is still known as one.
    expect(contentHashOf(entry)).toBe(contentHash);
    expect(await messages.byId(entry.id)).toEqual(entry);
  }
  const { id } = (await messages.bySeq(conversations[0]!, 2))!;
  expect(await connection.collection('reports').countDocuments({ targetId: id })).toBe(1);
  expect(
    await connection.collection('audit').countDocuments({ input: { field: 'id', value: id } }),
  ).toBe(1);
  expect(await convertMessages(connection)).toBe(0);
  expect((await messages.before(conversations[1]!, null, 10)).map(({ seq }) => seq)).toEqual([
    4, 3, 2, 1,
  ]);
});

test('an id that is none of an entry finds nothing', async () => {
  const messages = new MessageStore(connection);
  for (const id of [newId(), 'nothing', '', `${'0'.repeat(8)}-0000-8000-8000-000000000001`])
    expect([id, await messages.byId(id)]).toEqual([id, null]);
});
