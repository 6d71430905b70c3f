import { Refusal } from '../contract/index.js';
import type { Entry, EntryDraft } from '../domain/entry.js';
import { contentHashOf } from './content-hash.js';
import type { MessageStore } from './message.store.js';

/**
 * The entry that an earlier try of this intent made, if there was one. A repeat gets the first answer, even where a new
 * act would be refused by now. Throws IDEMPOTENCY_CONFLICT when the client message id was used for something else.
 */
export async function firstEntry(messages: MessageStore, draft: EntryDraft): Promise<Entry | null> {
  const { conversationId, senderId, clientMessageId } = draft;
  const first = await messages.byClientId(conversationId, senderId, clientMessageId);
  if (first && first.contentHash !== contentHashOf(draft))
    throw new Refusal('IDEMPOTENCY_CONFLICT');
  return first;
}
