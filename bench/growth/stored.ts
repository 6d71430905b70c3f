import mongoose from 'mongoose';
import { randomUUID } from 'node:crypto';
import { entryIdOf } from '../../src/domain/entry-id.js';
import type { Entry } from '../../src/domain/entry.js';
import { MessageStore } from '../../src/conversations/message.store.js';

/** Entries in each conversation of {@link storeEntries}, and in each write of it. */
const [perConversation, atOnce] = [100, 5_000];

/** So long ago that no relay looks at them. */
const agoMs = 24 * 3_600_000;

/** Stores so many texts of conversations in which nobody of the benchmark is. */
export async function storeEntries(mongoUri: string, count: number): Promise<void> {
  const connection = await mongoose
    .createConnection(mongoUri, { writeConcern: { w: 1 } })
    .asPromise();
  try {
    const messages = new MessageStore(connection);
    let conversation = talk();
    for (let stored = 0; stored < count; stored += atOnce) {
      const entries = Array.from({ length: Math.min(atOnce, count - stored) }, (_, index) => {
        if (index % perConversation === 0) conversation = talk();
        return entryOf(conversation, (index % perConversation) + 1);
      });
      await messages.addMany(entries);
    }
  } finally {
    await connection.close();
  }
}

const talk = () => ({ conversationId: randomUUID(), senderId: randomUUID() });

function entryOf({ conversationId, senderId }: ReturnType<typeof talk>, seq: number): Entry {
  const place = { conversationId, seq, createdAt: new Date(Date.now() - agoMs) };
  return {
    ...place,
    id: entryIdOf(place),
    senderId,
    clientMessageId: randomUUID(),
    kind: 'text',
    state: 'active',
    text: `${seq} `.padEnd(100, 'haggle over it '),
  };
}
