import type { Connection } from 'mongoose';
import { randomUUID } from 'node:crypto';
import { toDocument, toEntry, type EntryDocument } from '../../src/conversations/entry-document.js';
import type { Entry } from '../../src/domain/entry.js';
import { entryIdOf } from '../../src/domain/entry-id.js';
import { numberedId, toStoredId } from '../../src/platform/stored-ids.js';

/** The log as it is stored, for tests of what is written and for those that write what a dead process left. */
export const messagesIn = (connection: Connection) =>
  connection.collection<EntryDocument>('messages');

export const ofConversation = ({ id }: { id: string }) => ({ conversationId: toStoredId(id) });
export const atPlace = (conversationId: string, seq: number) => ({
  _id: numberedId(conversationId, seq),
});

/** The stored entries of conversations in their order; of all, if none are named. */
export async function storedEntries(connection: Connection, ids?: string[]): Promise<Entry[]> {
  const among = ids ? { conversationId: { $in: ids.map(toStoredId) } } : {};
  const found = await messagesIn(connection).find(among).sort({ _id: 1 }).toArray();
  return found.map(toEntry);
}

type Written = Pick<Entry, 'conversationId' | 'senderId' | 'kind'> & Partial<Entry>;

/** Writes entries as a gateway does, and nothing that follows from them. */
export async function writeEntries(connection: Connection, entries: Written[]): Promise<void> {
  const whole = entries.map((one): Entry => {
    const place = { conversationId: one.conversationId, seq: one.seq ?? 1, createdAt: new Date() };
    return {
      clientMessageId: randomUUID(),
      state: 'active',
      id: entryIdOf(place),
      ...place,
      ...one,
    };
  });
  await messagesIn(connection).insertMany(whole.map(toDocument));
}
