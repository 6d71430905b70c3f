import { Refusal } from '../contract/index.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import { contentHashOf } from './content-hash.js';
import type { MessageStore } from './message.store.js';

/**
 * The entry that this intent made before, if it did: what is repeated gets its first answer, also when it would be
 * refused by now. Throws IDEMPOTENCY_CONFLICT when the client id stands for something else.
 */
export async function firstEntry(messages: MessageStore, draft: EntryDraft): Promise<Entry | null> {
  const { conversationId, senderId, clientMessageId } = draft;
  const first = await messages.byClientId(conversationId, senderId, clientMessageId);
  if (first && first.contentHash !== contentHashOf(draft))
    throw new Refusal('IDEMPOTENCY_CONFLICT');
  return first;
}
